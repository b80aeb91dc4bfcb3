//! `xsendfile check` with the settings of the environment.

use std::process::Command;

#[test]
fn without_a_secret_the_site_is_not_asked() {
    let output = Command::new(env!("CARGO_BIN_EXE_xsendfile"))
        .args(["check", "--json", "--url", "http://127.0.0.1:9/"])
        .env_clear()
        .envs([("SENDFILE_BACKEND", "simple"), ("SENDFILE_ROOT", env!("CARGO_TARGET_TMPDIR"))])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let causes: Vec<_> =
        report["findings"].as_array().unwrap().iter().filter_map(|finding| finding.get("cause")).collect();
    assert_eq!(causes.len(), 1, "{report:#}");
    assert_eq!(causes[0]["id"], "secret-unset");
    assert!(causes[0]["change"].as_str().unwrap().starts_with("SENDFILE_SECRET"));
}
