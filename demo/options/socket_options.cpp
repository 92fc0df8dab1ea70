// SPDX-License-Identifier: MIT
#include "options/socket_options.hpp"

#include "process/exit_status.hpp"

#include "parallax/text.hpp"

#include <grp.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <charconv>
#include <cstdlib>
#include <optional>

namespace parallax::demo {
namespace {

/// The mode in @p text, in octal, if it admits the owner.
std::optional<mode_t> parse_mode(const std::string& text) {
    mode_t mode = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, mode, 8);
    constexpr mode_t owner = S_IRUSR | S_IWUSR;
    const bool usable =
        error == std::errc{} && rest == end && mode <= 0777 && (mode & owner) == owner;
    return usable ? std::optional(mode) : std::nullopt;
}

} // namespace

CLI::Option* SocketOption::add_to(CLI::App& command, const std::string& name,
                                  const std::string& text) {
    return command.add_option(name, path, text)->check([](const std::string& given) {
        constexpr std::size_t longest = sizeof(sockaddr_un::sun_path) - 1;
        return given.size() <= longest
                   ? std::string()
                   : text::format("a socket's path has at most {} bytes, and this has {}", longest,
                                  given.size());
    });
}

void AccessOptions::add_to(CLI::App& command) {
    command
        .add_option("--socket-mode", mode_,
                    "Mode of the socket, in octal; 0660 lets its group connect, 0666 every user")
        ->check([](const std::string& text) {
            return parse_mode(text) ? "" : "give a mode in octal that lets its owner in, as 0660";
        })
        ->capture_default_str();
    command.add_option("--socket-group", group_, "Group of the socket, by its name or number");
}

SocketAccess AccessOptions::resolve() const {
    SocketAccess access{.mode = parse_mode(mode_).value_or(0600)};
    if (group_.empty()) {
        return access;
    }
    constexpr auto unchanged = static_cast<gid_t>(-1); // for chown()
    gid_t number = 0;
    const char* const end = group_.data() + group_.size();
    if (const group* const entry = ::getgrnam(group_.c_str())) {
        access.group = entry->gr_gid;
    } else if (const auto [rest, error] = std::from_chars(group_.data(), end, number);
               error == std::errc{} && rest == end && number != unchanged) {
        access.group = number;
    } else {
        throw UsageError(text::format("there is no group '{}'; getent group lists them", group_));
    }
    return access;
}

std::filesystem::path SocketOption::resolve() const {
    if (!path.empty()) {
        return path;
    }
    const char* const folder = std::getenv("XDG_RUNTIME_DIR");
    if (folder == nullptr || *folder == '\0') {
        throw UsageError("XDG_RUNTIME_DIR is not set; say where the socket is with --socket PATH");
    }
    return std::filesystem::path(folder) / "parallax.sock";
}

} // namespace parallax::demo
