#include "cweb.h"

// In C, because a Swift array of as many bytes takes the compiler most of a minute, and each file of it a second.
// C23; the compiler notes which files were embedded, and embeds them anew when they change.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char account_addresses_js[] = {
#embed "../Web/Assets/account-addresses.js"
};
static const unsigned char account_blocks_js[] = {
#embed "../Web/Assets/account-blocks.js"
};
static const unsigned char account_contacts_js[] = {
#embed "../Web/Assets/account-contacts.js"
};
static const unsigned char account_data_js[] = {
#embed "../Web/Assets/account-data.js"
};
static const unsigned char account_devices_js[] = {
#embed "../Web/Assets/account-devices.js"
};
static const unsigned char account_factor_js[] = {
#embed "../Web/Assets/account-factor.js"
};
static const unsigned char account_password_js[] = {
#embed "../Web/Assets/account-password.js"
};
static const unsigned char account_profile_js[] = {
#embed "../Web/Assets/account-profile.js"
};
static const unsigned char accounts_js[] = {
#embed "../Web/Assets/accounts.js"
};
static const unsigned char app_js[] = {
#embed "../Web/Assets/app.js"
};
static const unsigned char arrival_js[] = {
#embed "../Web/Assets/arrival.js"
};
static const unsigned char channel_js[] = {
#embed "../Web/Assets/channel.js"
};
static const unsigned char client_d_ts[] = {
#embed "../Web/Assets/client.d.ts"
};
static const unsigned char client_js[] = {
#embed "../Web/Assets/client.js"
};
static const unsigned char course_parts_js[] = {
#embed "../Web/Assets/course-parts.js"
};
static const unsigned char courses_css[] = {
#embed "../Web/Assets/courses.css"
};
static const unsigned char courses_html[] = {
#embed "../Web/Assets/courses.html"
};
static const unsigned char courses_js[] = {
#embed "../Web/Assets/courses.js"
};
static const unsigned char device_name_js[] = {
#embed "../Web/Assets/device-name.js"
};
static const unsigned char dom_js[] = {
#embed "../Web/Assets/dom.js"
};
static const unsigned char form_js[] = {
#embed "../Web/Assets/form.js"
};
static const unsigned char index_html[] = {
#embed "../Web/Assets/index.html"
};
static const unsigned char loader_js[] = {
#embed "../Web/Assets/loader.js"
};
static const unsigned char log_lines_js[] = {
#embed "../Web/Assets/log-lines.js"
};
static const unsigned char message_text_js[] = {
#embed "../Web/Assets/message-text.js"
};
static const unsigned char own_account_js[] = {
#embed "../Web/Assets/own-account.js"
};
static const unsigned char own_notifications_js[] = {
#embed "../Web/Assets/own-notifications.js"
};
static const unsigned char people_js[] = {
#embed "../Web/Assets/people.js"
};
static const unsigned char qr_js[] = {
#embed "../Web/Assets/qr.js"
};
static const unsigned char refusal_js[] = {
#embed "../Web/Assets/refusal.js"
};
static const unsigned char rich_text_js[] = {
#embed "../Web/Assets/rich-text.js"
};
static const unsigned char rights_js[] = {
#embed "../Web/Assets/rights.js"
};
static const unsigned char session_js[] = {
#embed "../Web/Assets/session.js"
};
static const unsigned char sign_in_js[] = {
#embed "../Web/Assets/sign-in.js"
};
static const unsigned char store_js[] = {
#embed "../Web/Assets/store.js"
};
static const unsigned char style_css[] = {
#embed "../Web/Assets/style.css"
};
static const unsigned char sw_js[] = {
#embed "../Web/Assets/sw.js"
};
static const unsigned char times_js[] = {
#embed "../Web/Assets/times.js"
};
static const unsigned char view_account_js[] = {
#embed "../Web/Assets/view-account.js"
};
static const unsigned char view_bell_js[] = {
#embed "../Web/Assets/view-bell.js"
};
static const unsigned char view_catalogue_js[] = {
#embed "../Web/Assets/view-catalogue.js"
};
static const unsigned char view_channels_js[] = {
#embed "../Web/Assets/view-channels.js"
};
static const unsigned char view_composer_js[] = {
#embed "../Web/Assets/view-composer.js"
};
static const unsigned char view_course_chat_js[] = {
#embed "../Web/Assets/view-course-chat.js"
};
static const unsigned char view_course_js[] = {
#embed "../Web/Assets/view-course.js"
};
static const unsigned char view_dialogs_js[] = {
#embed "../Web/Assets/view-dialogs.js"
};
static const unsigned char view_files_js[] = {
#embed "../Web/Assets/view-files.js"
};
static const unsigned char view_log_js[] = {
#embed "../Web/Assets/view-log.js"
};
static const unsigned char view_login_js[] = {
#embed "../Web/Assets/view-login.js"
};
static const unsigned char view_members_js[] = {
#embed "../Web/Assets/view-members.js"
};
static const unsigned char view_menu_js[] = {
#embed "../Web/Assets/view-menu.js"
};
static const unsigned char view_message_js[] = {
#embed "../Web/Assets/view-message.js"
};
static const unsigned char view_panel_js[] = {
#embed "../Web/Assets/view-panel.js"
};
static const unsigned char view_pins_js[] = {
#embed "../Web/Assets/view-pins.js"
};
static const unsigned char view_qr_js[] = {
#embed "../Web/Assets/view-qr.js"
};
static const unsigned char view_quiz_js[] = {
#embed "../Web/Assets/view-quiz.js"
};
static const unsigned char view_room_js[] = {
#embed "../Web/Assets/view-room.js"
};
static const unsigned char view_search_js[] = {
#embed "../Web/Assets/view-search.js"
};
static const unsigned char view_state_js[] = {
#embed "../Web/Assets/view-state.js"
};
static const unsigned char view_teach_people_js[] = {
#embed "../Web/Assets/view-teach-people.js"
};
static const unsigned char view_teach_quiz_js[] = {
#embed "../Web/Assets/view-teach-quiz.js"
};
static const unsigned char view_teach_js[] = {
#embed "../Web/Assets/view-teach.js"
};
static const unsigned char view_thread_js[] = {
#embed "../Web/Assets/view-thread.js"
};
static const unsigned char view_unverified_js[] = {
#embed "../Web/Assets/view-unverified.js"
};

#define FILE(name, array) {name, array, sizeof array}

static const struct confab_web_file files[] = {
    FILE("account-addresses.js", account_addresses_js),
    FILE("account-blocks.js", account_blocks_js),
    FILE("account-contacts.js", account_contacts_js),
    FILE("account-data.js", account_data_js),
    FILE("account-devices.js", account_devices_js),
    FILE("account-factor.js", account_factor_js),
    FILE("account-password.js", account_password_js),
    FILE("account-profile.js", account_profile_js),
    FILE("accounts.js", accounts_js),
    FILE("app.js", app_js),
    FILE("arrival.js", arrival_js),
    FILE("channel.js", channel_js),
    FILE("client.d.ts", client_d_ts),
    FILE("client.js", client_js),
    FILE("course-parts.js", course_parts_js),
    FILE("courses.css", courses_css),
    FILE("courses.html", courses_html),
    FILE("courses.js", courses_js),
    FILE("device-name.js", device_name_js),
    FILE("dom.js", dom_js),
    FILE("form.js", form_js),
    FILE("index.html", index_html),
    FILE("loader.js", loader_js),
    FILE("log-lines.js", log_lines_js),
    FILE("message-text.js", message_text_js),
    FILE("own-account.js", own_account_js),
    FILE("own-notifications.js", own_notifications_js),
    FILE("people.js", people_js),
    FILE("qr.js", qr_js),
    FILE("refusal.js", refusal_js),
    FILE("rich-text.js", rich_text_js),
    FILE("rights.js", rights_js),
    FILE("session.js", session_js),
    FILE("sign-in.js", sign_in_js),
    FILE("store.js", store_js),
    FILE("style.css", style_css),
    FILE("sw.js", sw_js),
    FILE("times.js", times_js),
    FILE("view-account.js", view_account_js),
    FILE("view-bell.js", view_bell_js),
    FILE("view-catalogue.js", view_catalogue_js),
    FILE("view-channels.js", view_channels_js),
    FILE("view-composer.js", view_composer_js),
    FILE("view-course-chat.js", view_course_chat_js),
    FILE("view-course.js", view_course_js),
    FILE("view-dialogs.js", view_dialogs_js),
    FILE("view-files.js", view_files_js),
    FILE("view-log.js", view_log_js),
    FILE("view-login.js", view_login_js),
    FILE("view-members.js", view_members_js),
    FILE("view-menu.js", view_menu_js),
    FILE("view-message.js", view_message_js),
    FILE("view-panel.js", view_panel_js),
    FILE("view-pins.js", view_pins_js),
    FILE("view-qr.js", view_qr_js),
    FILE("view-quiz.js", view_quiz_js),
    FILE("view-room.js", view_room_js),
    FILE("view-search.js", view_search_js),
    FILE("view-state.js", view_state_js),
    FILE("view-teach-people.js", view_teach_people_js),
    FILE("view-teach-quiz.js", view_teach_quiz_js),
    FILE("view-teach.js", view_teach_js),
    FILE("view-thread.js", view_thread_js),
    FILE("view-unverified.js", view_unverified_js),
};

size_t confab_web_file_count(void) { return sizeof files / sizeof *files; }

struct confab_web_file confab_web_file(size_t index) { return files[index]; }
