internal import Gateway
internal import Glibc
internal import REST
internal import Reactor

/// The routes of the page: of the built-in one, or of the directory that `page-dir` names.
enum PageDirectory {
    static func routes(_ configuration: Configuration, _ services: Services) throws(UsageError) -> [Route] {
        let path = configuration.pageDirectory
        guard !path.isEmpty else { return PageRoutes().routes }
        // Everybody can read what lies there.
        let secrets =
            [configuration.data, configuration.file].filter { !$0.isEmpty } + configuration.tlsPairs.map(\.key)
        for secret in secrets where contains(path, secret) {
            throw UsageError("page-dir: \(secret) lies in \(path), from where everybody could read it")
        }
        let page: PageDirectoryRoutes
        do throws(SystemError) {
            page = try PageDirectoryRoutes(path: path, services)
        } catch {
            throw UsageError("page-dir: \(path): \(error)")
        }
        guard page.hasIndex else { throw UsageError("page-dir: \(path) has no index.html") }
        return page.routes
    }

    private static func contains(_ directory: String, _ path: String) -> Bool {
        guard let outer = resolved(directory), let inner = resolved(path) else { return false }
        return inner == outer || outer == "/" || inner.hasPrefix(outer + "/")
    }

    /// Without links and dots; `nil` when there is nothing of that name.
    private static func resolved(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }
}
