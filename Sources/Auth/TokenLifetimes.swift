/// How long tokens last, in seconds.
public enum TokenLifetimes: Sendable {
    /// An access token. Every use of one checks that its login still stands.
    public static let accessSeconds: Int64 = 7_200
    /// A refresh token; each refresh begins it anew.
    public static let refreshSeconds: Int64 = 86_400
    /// A refresh token, and the login as a whole, of a user who asked to stay logged in: 300 days.
    public static let rememberedSeconds: Int64 = 300 * 86_400
    /// A ticket for opening a socket.
    public static let ticketSeconds = 30
    /// An access token that another product has made for a user of its own, at least.
    public static let mintedSecondsMin: Int64 = 60
    /// How far two machines' clocks may differ.
    public static let leewaySeconds: Int64 = 30
}
