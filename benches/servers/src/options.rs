//! What every server is told.

use std::error::Error;
use std::net::SocketAddr;
use std::path::PathBuf;

use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Where to listen, what to send, and whether to encrypt it.
pub(crate) struct Options {
    pub(crate) address: SocketAddr,
    pub(crate) root: PathBuf,
    pub(crate) tls: Option<Tls>,
}

/// The PEM files of a certificate and its key.
pub(crate) struct Tls {
    certificate: PathBuf,
    key: PathBuf,
}

impl Options {
    /// The arguments after the server's name.
    pub(crate) fn read(arguments: &[String]) -> Option<Self> {
        let (address, root, tls) = match arguments {
            [address, root] => (address, root, None),
            [address, root, certificate, key] => {
                (address, root, Some(Tls { certificate: certificate.into(), key: key.into() }))
            }
            _ => return None,
        };
        Some(Self { address: address.parse().ok()?, root: root.into(), tls })
    }
}

impl Tls {
    /// For servers that take the protocols from here.
    pub(crate) fn config(&self) -> Result<ServerConfig, Box<dyn Error>> {
        let certificate = CertificateDer::from_pem_file(&self.certificate)?;
        let key = PrivateKeyDer::from_pem_file(&self.key)?;
        let mut config =
            ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate], key)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }
}
