/// A file of the chat page, embedded in the binary.
public struct WebAsset: Sendable {
    public let name: String
    public let bytes: [UInt8]

    public var contentType: String { ContentType.of(name) }

    public static let all = [
        WebAsset(name: "api.js", bytes: PackageResources.api_js),
        WebAsset(name: "app.js", bytes: PackageResources.app_js),
        WebAsset(name: "channel.js", bytes: PackageResources.channel_js),
        WebAsset(name: "close-codes.js", bytes: PackageResources.close_codes_js),
        WebAsset(name: "connection.js", bytes: PackageResources.connection_js),
        WebAsset(name: "dom.js", bytes: PackageResources.dom_js),
        WebAsset(name: "event-line.js", bytes: PackageResources.event_line_js),
        WebAsset(name: "index.html", bytes: PackageResources.index_html),
        WebAsset(name: "log-lines.js", bytes: PackageResources.log_lines_js),
        WebAsset(name: "message-text.js", bytes: PackageResources.message_text_js),
        WebAsset(name: "outbox.js", bytes: PackageResources.outbox_js),
        WebAsset(name: "session.js", bytes: PackageResources.session_js),
        WebAsset(name: "store.js", bytes: PackageResources.store_js),
        WebAsset(name: "style.css", bytes: PackageResources.style_css),
        WebAsset(name: "sync.js", bytes: PackageResources.sync_js),
        WebAsset(name: "times.js", bytes: PackageResources.times_js),
        WebAsset(name: "view-channels.js", bytes: PackageResources.view_channels_js),
        WebAsset(name: "view-composer.js", bytes: PackageResources.view_composer_js),
        WebAsset(name: "view-dialogs.js", bytes: PackageResources.view_dialogs_js),
        WebAsset(name: "view-log.js", bytes: PackageResources.view_log_js),
        WebAsset(name: "view-login.js", bytes: PackageResources.view_login_js),
        WebAsset(name: "view-state.js", bytes: PackageResources.view_state_js),
    ]
}
