internal import Auth
internal import Outside

/// The settings about where uploaded files are kept.
extension Setting {
    static let bucket: [Setting] = [
        Setting(
            name: "thumbnails", form: "on|off", standard: "on",
            meaning:
                "whether small images are made of large ones, where vipsthumbnail is there (Debian: libvips-tools)",
            takesRestart: true),
        Setting(
            name: "file-store", form: "disk|s3", standard: "disk",
            meaning:
                "where uploaded files are kept: in the data directory, or in a bucket of S3 or of what speaks like it",
            takesRestart: true),
        Setting(
            name: "s3-endpoint", form: "URL", standard: "",
            meaning: "where the service is, such as https://s3.eu-central-1.amazonaws.com or http://127.0.0.1:9000",
            takesRestart: true),
        Setting(
            name: "s3-region", form: "NAME", standard: "us-east-1", meaning: "the region that requests are signed for",
            takesRestart: true),
        Setting(
            name: "s3-bucket", form: "NAME", standard: "", meaning: "the bucket, which has to be there already",
            takesRestart: true),
        Setting(
            name: "s3-prefix", form: "TEXT", standard: "",
            meaning: "what the names of all objects begin with, such as chat/; no two servers may have the same",
            takesRestart: true),
        Setting(
            name: "s3-access-key", form: "TEXT", standard: "", meaning: "the key's public half", takesRestart: true),
        Setting(
            name: "s3-secret-key", form: "TEXT", standard: "", meaning: "and its secret half", isSecret: true,
            takesRestart: true),
        Setting(
            name: "s3-path-style", form: "on|off", standard: "on",
            meaning: "whether the bucket is named in the path; off names it before the host", takesRestart: true),
        Setting(
            name: "s3-ca", form: "FILE", standard: "",
            meaning: "certificates (PEM) by which the service is known; empty means those of all other servers",
            takesRestart: true),
    ]
}

extension Configuration {
    /// `nil` when files are kept on this machine's disk.
    static func bucket(_ values: SettingValues) throws(UsageError) -> S3Settings? {
        switch values["file-store"] {
        case "disk": return nil
        case "s3": break
        case let other: throw UsageError("file-store: \(other) is neither disk nor s3")
        }
        var endpoint = values["s3-endpoint"]
        while endpoint.hasSuffix("/") { endpoint.removeLast() }
        let settings = S3Settings(
            endpoint: endpoint, region: values["s3-region"], bucket: values["s3-bucket"],
            prefix: values["s3-prefix"], accessKey: values["s3-access-key"],
            secretKey: Secret(Array(values["s3-secret-key"].utf8)),
            isPathStyle: try switched("s3-path-style", values),
            trustedCertificates: values["s3-ca"].isEmpty ? values["outside-ca"] : values["s3-ca"])
        if let fault = settings.fault { throw UsageError("\(fault.setting): \(fault.why)") }
        return settings
    }
}
