// SPDX-License-Identifier: MIT
#pragma once

#include "case.hpp"
#include "source.hpp"

#include <memory>
#include <span>

namespace parallax::bench {

using Sources = std::vector<std::shared_ptr<Source>>;

/// The life of one buffer: allocate, map, first touch of every page, touch again (what the loop
/// itself takes), unmap, close.
[[nodiscard]] Cases buffer_cases(const Sources& sources, std::span<const std::uint64_t> sizes);

/// Write and read all of a buffer through its mapping; and of anonymous memory with huge pages,
/// under the name "anonymous".
[[nodiscard]] Cases bandwidth_cases(const Sources& sources, std::span<const std::uint64_t> sizes);

/// DMA_BUF_IOCTL_SYNC start and end while @p attachments devices (vgem) have the buffer mapped.
/// Their work is called "sync-N".
[[nodiscard]] Cases sync_cases(const Sources& sources, std::span<const std::uint64_t> sizes,
                               unsigned int attachments);

/// A kernel driver (vgem) attaches to a buffer and maps it, and lets go of it.
[[nodiscard]] Cases device_cases(const Sources& sources, std::span<const std::uint64_t> sizes);

} // namespace parallax::bench
