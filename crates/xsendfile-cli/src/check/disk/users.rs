//! The users of this machine, as /etc/passwd and /etc/group tell them.

use std::fs;

/// The user that Debian runs servers as, where nobody says which one it is.
pub(crate) const SERVER_USER: &str = "www-data";

/// A user, with all groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) id: u32,
    pub(crate) groups: Vec<u32>,
}

impl User {
    /// The user of this name or number; `None` where this machine has none, or another source of
    /// users knows it.
    pub(crate) fn find(name: &str) -> Option<Self> {
        Self::read(name, &fs::read_to_string("/etc/passwd").ok()?, &fs::read_to_string("/etc/group").ok()?)
    }

    fn read(name: &str, passwd: &str, group: &str) -> Option<Self> {
        let fields = passwd
            .lines()
            .map(|line| line.split(':').collect::<Vec<_>>())
            .find(|fields| fields.len() > 3 && (fields[0] == name || fields[2] == name))?;
        let mut groups = vec![fields[3].parse().ok()?];
        for line in group.lines() {
            let group: Vec<_> = line.split(':').collect();
            if group.len() > 3 && group[3].split(',').any(|member| member == fields[0]) {
                groups.extend(group[2].parse::<u32>());
            }
        }
        Some(Self { name: fields[0].into(), id: fields[2].parse().ok()?, groups })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_found_by_name_and_number_with_their_groups() {
        let passwd = "root:x:0:0:root:/root:/bin/bash\nwww-data:x:33:33:www-data:/var/www:/bin/false\n";
        let group = "root:x:0:\nwww-data:x:33:\nfiles:x:70:deploy,www-data\nodd\n";
        let expected = User { name: "www-data".into(), id: 33, groups: vec![33, 70] };
        assert_eq!(User::read("www-data", passwd, group), Some(expected.clone()));
        assert_eq!(User::read("33", passwd, group), Some(expected));
        assert_eq!(User::read("nobody", passwd, group), None);
    }
}
