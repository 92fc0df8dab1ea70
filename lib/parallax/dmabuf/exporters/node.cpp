// SPDX-License-Identifier: MIT
#include "parallax/dmabuf/exporters/node.hpp"

#include "parallax/dmabuf/memory_cgroup.hpp"
#include "parallax/system_call.hpp"
#include "parallax/text.hpp"

#include <fcntl.h>

#include <cerrno>
#include <optional>

namespace parallax {

std::expected<UniqueFd, std::string> open_node(const ExporterKind& kind) {
    const std::string node(kind.node);
    UniqueFd fd(::open(node.c_str(), O_RDWR | O_CLOEXEC));
    if (fd) {
        return fd;
    }
    if (errno == ENOENT || errno == ENODEV || errno == ENXIO) {
        return std::unexpected(text::format("{} does not exist; {}", node, kind.remedy));
    }
    return std::unexpected(cannot_open(node, std::string(kind.rule)));
}

void throw_refusal(const std::string& node, std::uint64_t size, const std::string& limits) {
    const int error = errno; // the search for a cgroup changes it
    std::string why = limits;
    if (const auto full = error == ENOMEM ? find_full_cgroup(size) : std::nullopt) {
        why = text::format("the memory cgroup {} has no room: {} of its {} bytes are in use; its "
                           "limit is memory.max",
                           full->path, full->used, full->limit);
    }
    errno = error;
    throw_errno(text::format("{} refused to allocate {} bytes{}", node, size,
                             why.empty() ? "" : " (" + why + ")"));
}

} // namespace parallax
