// SPDX-License-Identifier: MIT
#pragma once

#include <string>

// Not installed: failures of system calls, as exceptions and sentences.
namespace parallax {

/// Throws std::system_error for the current errno.
/// @param sentence without a full stop: "cannot map 4096 bytes of a dma-buf".
[[noreturn]] void throw_errno(const std::string& sentence);

/// One sentence for the current errno: the reason why a device node cannot be opened, with
/// instructions.
/// @param rule the udev rule that opens the node to users, as for not_permitted().
[[nodiscard]] std::string cannot_open(const std::string& node, const std::string& rule = {});

/// The group that may open a node, by its mode.
struct NodeAccess {
    std::string group;      ///< that it belongs to
    bool group_may = false; ///< the group may read and write, and is not root's
};

/// Instructions for a node that this user may not open, as a half sentence.
/// @param is_root  true if the user is root.
/// @param rule     a half sentence on the udev rule that gives others than root access; empty if
///                 none is known.
[[nodiscard]] std::string not_permitted(const std::string& node, const NodeAccess& access,
                                        bool is_root, const std::string& rule);

/// ioctl() that starts again when a signal interrupted it (EINTR, EAGAIN).
/// @return what ioctl returned; errno is set when that is -1.
int retry_ioctl(int fd, unsigned long request, void* argument) noexcept;

} // namespace parallax
