internal import Base

/// How many connections there are, in all and by where they come from, and whether there may be one more. A site is an
/// address, or the network of one household of IPv6; who comes through a trusted proxy that has not said for whom has
/// none, and counts in all only.
struct ConnectionCounts {
    private struct Site {
        var all = 0
        var unidentified = 0
    }

    private(set) var all = 0
    private(set) var unidentified = 0
    private var sites: [IPAddress: Site] = [:]

    /// Sites that have a connection.
    var siteCount: Int { sites.count }

    /// Counts one more, which has not said who it is; false when that is over a bound, and nothing is counted.
    mutating func enter(_ site: IPAddress?, _ limits: Limits) -> Bool {
        guard all < limits.connectionsMax, unidentified < limits.unidentifiedMax, admits(site, limits) else {
            return false
        }
        all += 1
        unidentified += 1
        add(1, to: site)
        return true
    }

    /// A connection that has not said who it is turns out to come from elsewhere; false when there are too many from
    /// there, and then it stays where it was.
    mutating func move(from old: IPAddress?, to new: IPAddress?, _ limits: Limits) -> Bool {
        guard old != new else { return true }
        guard admits(new, limits) else { return false }
        add(-1, to: old)
        add(1, to: new)
        return true
    }

    /// A connection has said who it is.
    mutating func identify(_ site: IPAddress?) {
        unidentified -= 1
        if let site { sites[site]?.unidentified -= 1 }
    }

    mutating func leave(_ site: IPAddress?, wasIdentified: Bool) {
        if !wasIdentified { identify(site) }
        all -= 1
        guard let site, var counts = sites[site] else { return }
        counts.all -= 1
        // Nothing is remembered of those who have gone.
        sites[site] = counts.all > 0 ? counts : nil
    }

    private func admits(_ site: IPAddress?, _ limits: Limits) -> Bool {
        guard let site, let counts = sites[site] else { return true }
        return counts.all < limits.connectionsPerAddressMax && counts.unidentified < limits.unidentifiedPerAddressMax
    }

    private mutating func add(_ difference: Int, to site: IPAddress?) {
        guard let site else { return }
        var counts = sites[site] ?? Site()
        counts.all += difference
        counts.unidentified += difference
        sites[site] = counts.all > 0 ? counts : nil
    }
}
