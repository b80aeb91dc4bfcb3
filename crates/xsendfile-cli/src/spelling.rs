//! How a client can spell the name of a header.

/// `name` with every mix of hyphens and underscores, itself first: CGI, WSGI and what they became read one
/// as the other.
pub(crate) fn spellings(name: &str) -> Vec<String> {
    name.chars().fold(vec![String::new()], |spelled, c| {
        let written: &[char] = if c == '-' { &['-', '_'] } else { &[c] };
        spelled.iter().flat_map(|start| written.iter().map(move |c| format!("{start}{c}"))).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::spellings;

    #[test]
    fn each_hyphen_may_be_an_underscore() {
        assert_eq!(spellings("Range"), ["Range"]);
        assert_eq!(spellings("X-A-B"), ["X-A-B", "X-A_B", "X_A-B", "X_A_B"]);
    }
}
