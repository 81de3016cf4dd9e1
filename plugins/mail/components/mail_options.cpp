// SPDX-License-Identifier: Apache-2.0
#include "components/mail_options.hpp"

#include <releve/kit/io/host_port.hpp>
#include <releve/kit/text/printable.hpp>

#include <algorithm>
#include <stdexcept>

namespace releve::mail {
namespace {

using namespace releve::literals;

constexpr auto default_html_line =
    "<tr><td>{time}</td><td>{device}</td><td>{series}</td><td><b>{reading}</b></td></tr>";

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool consists_of(std::string_view text, std::string_view others) {
    return std::all_of(text.begin(), text.end(),
                       [&](char c) { return is_letter_or_digit(c) || others.find(c) != std::string_view::npos; });
}

/// Fit for a URL and for a greeting: no zone, and nothing that looks like an option.
bool is_machine(std::string_view text) {
    return kit::is_host(text) && text.front() != '-' && text.find('%') == std::string_view::npos;
}

/// An address of RFC 5321 without quotes: the characters of ASCII that are allowed, and none that ends an address.
bool is_address(std::string_view text) {
    const auto at = text.find('@');
    if (at == std::string_view::npos || at == 0 || at > 64 || text.size() > 254) return false;
    const auto domain = text.substr(at + 1);
    return consists_of(text.substr(0, at), ".!#$%&'*+-/=?^_`{|}~") && !domain.empty() &&
           is_letter_or_digit(domain.front()) && is_letter_or_digit(domain.back()) && consists_of(domain, ".-");
}

bool has_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

text_template read_template(context& host, const char* key) {
    try {
        return text_template{host.options().text(key)};
    } catch (const std::invalid_argument& e) {
        host.refuse(key, e.what());
        return text_template{""};
    }
}

smtp_settings read_smtp(context& host) {
    const auto options = host.options();
    smtp_settings made{.server = options.text("server"),
                       .ca = options.path("ca"),
                       .user = options.text("user"),
                       .password = options.secret("password"),
                       .hello = options.text("hello"),
                       .connect_timeout = options.duration("connect_timeout"),
                       .timeout = options.duration("timeout")};
    const auto tls = options.choice("tls");
    made.tls = tls == "implicit" ? tls_policy::implicit : tls == "none" ? tls_policy::none : tls_policy::required;
    made.port = made.tls == tls_policy::implicit ? 465 : made.tls == tls_policy::none ? 25 : 587;
    if (options.given("port")) made.port = static_cast<int>(options.integer("port"));
    if (!is_machine(made.server)) host.refuse("server", "is not the name or address of a machine");
    if (!made.hello.empty() && !is_machine(made.hello)) host.refuse("hello", "is not the name of a machine");
    if (options.given("user") != options.given("password"))
        host.refuse(options.given("user") ? "user" : "password", "'user' and 'password' go together");
    else if (options.given("user") && made.user.empty())
        host.refuse("user", "is empty: leave out 'user' and 'password' where there is no login");
    if (made.tls == tls_policy::none && options.given("password"))
        host.refuse("tls", "would send the password in clear: use 'required' or 'implicit'");
    if (has_control(made.user)) host.refuse("user", "holds a control character");
    if (has_control(made.password)) host.refuse("password", "holds a control character");
    return made;
}

} // namespace

void describe_options(option_list& o) {
    o.text("server", "Mail server: a name or an address; its certificate must be for it")
        .required()
        .example("\"smtp.example.org\"");
    o.integer("port", "Its port; when not given, 587, 465 or 25, by tls").at_least(1).at_most(65535).example("587");
    o.choice("tls", {"required", "implicit", "none"},
             "STARTTLS before anything else is sent, TLS from the first byte, or in clear")
        .fallback("required");
    o.path("ca", "File with the trusted certificates, instead of the system's")
        .example("\"/etc/ssl/certs/association.pem\"");
    o.text("user", "Name to log in with; when not given, no login").example("\"releve\"");
    o.secret("password", "Password of user; not with tls = \"none\"").example("{ env = \"MAIL_PASSWORD\" }");
    o.text("from", "Sender's address").required().example("\"releve@example.org\"");
    o.text("from_name", "Name that is shown for the sender; when not given, the site's").example("\"Les Tilleuls\"");
    o.texts("to", "Recipients' addresses; each gets a separate mail")
        .required()
        .at_least(1)
        .at_most(50)
        .example("[\"caretaker@example.org\"]");
    o.text("subject", "Template of the subject, with the first record of the mail")
        .fallback("[{site}] {device} {series}: {reading}");
    o.text("line", "Template of a record in the text").fallback("{time}  {device}  {series}: {reading}");
    o.text("html_line", "Template of a record in the HTML part, a row of its table").fallback(default_html_line);
    o.boolean("html", "Send an HTML part beside the text").fallback(true);
    o.duration("digest", "After a mail, how long records are gathered for the next one")
        .fallback(1min)
        .at_least(0s)
        .at_most(1h);
    o.integer("max_per_hour", "Mails in any hour; records beyond wait and are gathered")
        .fallback(30)
        .at_least(1)
        .at_most(1000);
    o.integer("max_records", "Records in a mail; more go into the next one").fallback(200).at_least(1).at_most(2000);
    o.duration("give_up", "How long a recipient's \"try again later\" is followed before it counts as a refusal")
        .fallback(1h)
        .at_least(0s)
        .at_most(120h);
    o.duration("connect_timeout", "Time limit for connecting").fallback(10s).at_least(100ms).at_most(2min).advanced();
    o.duration("timeout", "Time limit for sending a mail to one recipient, in total")
        .fallback(1min)
        .at_least(1s)
        .at_most(10min)
        .advanced();
    o.text("hello", "Name to greet the server with; when not given, the machine's")
        .example("\"central.example.org\"")
        .advanced();
}

mail_options read_options(context& host) {
    const auto options = host.options();
    mail_options made{.smtp = read_smtp(host),
                      .from = options.text("from"),
                      .from_name = options.given("from_name") ? options.text("from_name") : std::string{host.site()},
                      .to = options.texts("to"),
                      .subject = read_template(host, "subject"),
                      .line = read_template(host, "line"),
                      .html_line = read_template(host, "html_line"),
                      .html = options.boolean("html"),
                      .digest = options.duration("digest"),
                      .give_up = options.duration("give_up"),
                      .max_per_hour = options.integer("max_per_hour"),
                      .max_records = static_cast<std::size_t>(options.integer("max_records"))};
    const std::string no_address = "is not a mail address such as \"office@example.org\"";
    if (!is_address(made.from)) host.refuse("from", no_address);
    for (std::size_t i = 0; i < made.to.size(); ++i) {
        const auto end = made.to.begin() + static_cast<std::ptrdiff_t>(i);
        if (!is_address(made.to[i]))
            host.refuse("to", "'" + kit::one_line(made.to[i], 100) + "' " + no_address);
        else if (std::find(made.to.begin(), end, made.to[i]) != end)
            host.refuse("to", "'" + made.to[i] + "' is listed twice");
    }
    return made;
}

} // namespace releve::mail
