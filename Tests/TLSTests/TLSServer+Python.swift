internal import Glibc

extension TLSServer {
    /// Runs a story told in Python, whose `ssl` is a client that nobody here wrote, and returns the lines it printed.
    func tell(_ story: String, with arguments: [String] = [], python: String = "python3") throws -> [String] {
        let script = directory.newName()
        guard let file = fopen(script, "we") else { throw Program.Failure(description: script) }
        fputs(Self.prelude + story, file)
        fclose(file)
        let told = try Program.run(
            [python, script, "\(port)", directory.file("localhost.crt")] + arguments, in: directory)
        guard told.status == 0 else { throw Program.Failure(description: told.text) }
        return told.text.split(separator: "\n").map(String.init)
    }

    /// The Python that `scripts/python-env` makes, which has `websockets`.
    static var pythonWithWebSockets: String {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return "/\(root)/.build/python/bin/python"
    }

    static var hasWebSockets: Bool { access(pythonWithWebSockets, X_OK) == 0 }

    private static let prelude = """
        import json, socket, ssl, sys, time

        PORT, CERTIFICATE, WORDS = int(sys.argv[1]), sys.argv[2], sys.argv[3:]

        def context(certificate=CERTIFICATE):
            return ssl.create_default_context(cafile=certificate)

        def connect():
            plain = socket.create_connection(("127.0.0.1", PORT), 20)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return plain

        def secure(chosen=None, host="localhost", session=None):
            # A connection that is cut is an error here, not an end.
            return (chosen or context()).wrap_socket(
                connect(), server_hostname=host, session=session, suppress_ragged_eofs=False)

        def ask(on, connection="keep-alive"):
            on.sendall(f"GET /health HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: {connection}\\r\\n\\r\\n".encode())
            answer = b""
            while b"\\r\\n\\r\\n" not in answer:
                part = on.recv(65536)
                if not part:
                    return None
                answer += part
            head, _, body = answer.partition(b"\\r\\n\\r\\n")
            lines = head.split(b"\\r\\n")
            length = int([l.split(b":")[1] for l in lines if l.lower().startswith(b"content-length")][0])
            while len(body) < length:
                body += on.recv(65536)
            return head.split(b" ")[1].decode()

        def drain(on):
            # Reads until the peer ends: "closed", or what cut it.
            try:
                while on.recv(65536):
                    pass
                return "closed"
            except (OSError, ssl.SSLError) as error:
                if isinstance(error, ConnectionResetError):
                    return "reset"
                return getattr(error, "reason", None) or str(error)


        """
}
