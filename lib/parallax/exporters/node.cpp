// SPDX-License-Identifier: MIT
#include "parallax/exporters/node.hpp"

#include "parallax/error.hpp"

#include <fcntl.h>

#include <cerrno>
#include <format>

namespace parallax {

std::expected<UniqueFd, std::string> open_node(const ExporterKind& kind) {
    const std::string node(kind.node);
    UniqueFd fd(::open(node.c_str(), O_RDWR | O_CLOEXEC));
    if (fd) {
        return fd;
    }
    if (errno == ENOENT || errno == ENODEV || errno == ENXIO) {
        return std::unexpected(std::format("{} does not exist; {}", node, kind.remedy));
    }
    return std::unexpected(cannot_open(node));
}

void throw_refusal(const std::string& node, std::uint64_t size, const std::string& limits) {
    throw_errno(std::format("{} refused to allocate {} bytes{}", node, size,
                            limits.empty() ? "" : " (" + limits + ")"));
}

} // namespace parallax
