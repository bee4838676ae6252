internal import Base
internal import Glibc
internal import Outside

/// Whether the bucket of uploaded files takes, gives and lets go.
extension Doctor {
    static func thumbnails(_ configuration: Configuration) -> (Finding, String) {
        guard configuration.makesThumbnails else { return (.absent, "no small images: thumbnails is off") }
        guard let path = VipsThumbnail.path else {
            return (.absent, "no small images: install libvips-tools (it has vipsthumbnail)")
        }
        return (.fine, "small images are made by \(path)")
    }

    static func bucket(_ configuration: Configuration) -> [(Finding, String)] {
        guard let settings = configuration.bucket else {
            return [(.fine, "uploaded files are kept in the data directory")]
        }
        if !settings.trustedCertificates.isEmpty, access(settings.trustedCertificates, R_OK) != 0 {
            return [(.wrong, "s3-ca: \(settings.trustedCertificates) cannot be read")]
        }
        let bucket = S3Bucket(settings, userAgent: "confab/\(Assembly.version)")
        defer { bucket.close() }
        do throws(ObjectFailure) {
            try bucket.probe()
        } catch {
            return [(.wrong, "\(bucket.place): \(error.why)")]
        }
        return [(.fine, "\(bucket.place) takes a file, gives it back, and removes it")]
    }
}
