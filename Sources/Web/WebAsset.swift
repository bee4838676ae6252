/// A file of the chat page, embedded in the binary.
public struct WebAsset: Sendable {
    public let name: String
    public let bytes: [UInt8]

    public var contentType: String { ContentType.of(name) }

    public static let all = [
        WebAsset(name: "accounts.js", bytes: PackageResources.accounts_js),
        WebAsset(name: "app.js", bytes: PackageResources.app_js),
        WebAsset(name: "channel.js", bytes: PackageResources.channel_js),
        WebAsset(name: "client.d.ts", bytes: PackageResources.client_d_ts),
        WebAsset(name: "client.js", bytes: PackageResources.client_js),
        WebAsset(name: "dom.js", bytes: PackageResources.dom_js),
        WebAsset(name: "index.html", bytes: PackageResources.index_html),
        WebAsset(name: "loader.js", bytes: PackageResources.loader_js),
        WebAsset(name: "log-lines.js", bytes: PackageResources.log_lines_js),
        WebAsset(name: "message-text.js", bytes: PackageResources.message_text_js),
        WebAsset(name: "people.js", bytes: PackageResources.people_js),
        WebAsset(name: "rights.js", bytes: PackageResources.rights_js),
        WebAsset(name: "session.js", bytes: PackageResources.session_js),
        WebAsset(name: "store.js", bytes: PackageResources.store_js),
        WebAsset(name: "style.css", bytes: PackageResources.style_css),
        WebAsset(name: "times.js", bytes: PackageResources.times_js),
        WebAsset(name: "view-channels.js", bytes: PackageResources.view_channels_js),
        WebAsset(name: "view-composer.js", bytes: PackageResources.view_composer_js),
        WebAsset(name: "view-dialogs.js", bytes: PackageResources.view_dialogs_js),
        WebAsset(name: "view-log.js", bytes: PackageResources.view_log_js),
        WebAsset(name: "view-login.js", bytes: PackageResources.view_login_js),
        WebAsset(name: "view-members.js", bytes: PackageResources.view_members_js),
        WebAsset(name: "view-menu.js", bytes: PackageResources.view_menu_js),
        WebAsset(name: "view-message.js", bytes: PackageResources.view_message_js),
        WebAsset(name: "view-panel.js", bytes: PackageResources.view_panel_js),
        WebAsset(name: "view-pins.js", bytes: PackageResources.view_pins_js),
        WebAsset(name: "view-room.js", bytes: PackageResources.view_room_js),
        WebAsset(name: "view-state.js", bytes: PackageResources.view_state_js),
        WebAsset(name: "view-thread.js", bytes: PackageResources.view_thread_js),
    ]
}
