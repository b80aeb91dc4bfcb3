"""What is put around the configuration on a page: what the Debian package brings of its own."""

from __future__ import annotations

from collections.abc import Mapping

NGINX = """\
daemon off;
user ${USER};
worker_processes 1;
pid ${DIR}/nginx.pid;
error_log ${DIR}/error.log;
events { worker_connections 256; }
http {
    include /etc/nginx/mime.types;
    access_log off;
    client_body_temp_path ${DIR}/client-body;
    proxy_temp_path ${DIR}/proxy;
    fastcgi_temp_path ${DIR}/fastcgi;
    uwsgi_temp_path ${DIR}/uwsgi;
    scgi_temp_path ${DIR}/scgi;
    sendfile on;
PAGE
}
"""

APACHE = """\
Listen 127.0.0.1:${PORT}
PidFile ${DIR}/apache2.pid
ErrorLog ${DIR}/error.log
DefaultRuntimeDir ${DIR}
User ${USER}
Group ${GROUP}
LoadModule mpm_event_module ${MODULES}/mod_mpm_event.so
LoadModule authz_core_module ${MODULES}/mod_authz_core.so
Include /etc/apache2/mods-available/mime.load
Include /etc/apache2/mods-available/mime.conf
Include /etc/apache2/mods-available/dir.load
Include /etc/apache2/mods-available/dir.conf
Include /etc/apache2/mods-available/authz_host.load
Include /etc/apache2/mods-available/access_compat.load
MODULES_OF_THE_PAGE
ServerLimit 1
ThreadsPerChild 8
MaxRequestWorkers 8
<Directory />
    Options FollowSymLinks
    AllowOverride None
    Require all denied
</Directory>
SOCKETS
PAGE
"""

LIGHTTPD = """\
server.bind = "127.0.0.1"
server.port = ${PORT}
server.document-root = "${DIR}"
server.errorlog = "${DIR}/error.log"
server.username = "${USER}"
server.groupname = "${GROUP}"
server.modules = ()
PAGE
"""

CADDY = """\
{
    admin off
    storage file_system ${DIR}
}
PAGE
"""

AROUND: Mapping[str, str] = {"nginx": NGINX, "apache": APACHE, "lighttpd": LIGHTTPD, "caddy": CADDY}
