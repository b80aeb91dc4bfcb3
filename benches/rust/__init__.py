"""What a download costs with hyper, axum and actix-web, beside others in Rust, nginx, lighttpd and bare sendfile(2)."""
