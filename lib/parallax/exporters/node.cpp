// SPDX-License-Identifier: MIT
#include "parallax/exporters/node.hpp"

#include <fcntl.h>

#include <cerrno>
#include <cstring>
#include <format>

namespace parallax {

std::expected<UniqueFd, std::string> open_node(const ExporterKind& kind) {
    const std::string node(kind.node);
    UniqueFd fd(::open(node.c_str(), O_RDWR | O_CLOEXEC));
    if (fd) {
        return fd;
    }
    switch (errno) {
    case ENOENT:
    case ENODEV:
    case ENXIO:
        return std::unexpected(std::format("{} does not exist; {}", node, kind.remedy));
    case EACCES:
    case EPERM:
        return std::unexpected(
            std::format("{} may not be opened by this user; run as root, or add the user to the "
                        "group that owns the node (ls -l {})",
                        node, node));
    default:
        return std::unexpected(std::format("{} cannot be opened: {}", node, std::strerror(errno)));
    }
}

} // namespace parallax
