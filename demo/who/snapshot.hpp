// SPDX-License-Identifier: MIT
#pragma once

#include "who/kernel_text.hpp"

#include "parallax/error.hpp"

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace parallax::demo::who {

/// A process, and how it holds one buffer.
struct Holder {
    pid_t pid = 0;
    std::string process; ///< its name
    std::string user;    ///< name, or number where it has none
    std::size_t fds = 0;
    std::size_t mappings = 0;
    std::size_t path_fds = 0; ///< opened with O_PATH: they keep the memory, and are no references
};

struct Buffer {
    std::uint64_t inode = 0;
    std::uint64_t size = 0;                  ///< bytes
    bool size_is_least = false;              ///< it may be larger: only mappings of it were seen
    std::string exporter;                    ///< empty where nothing tells
    std::string name;                        ///< empty if it was given none
    std::optional<std::uint64_t> references; ///< fds, mappings and users in the kernel
    std::vector<Holder> holders;
    std::vector<std::string> devices; ///< attached
    std::vector<Fence> fences;

    /// References that are no fd and no mapping of the holders: devices and other users in the
    /// kernel, messages on their way through a socket, processes that were not seen.
    [[nodiscard]] std::uint64_t other_references() const;
};

/// The dma-bufs of the system as far as this user may see them. The kernel gives no moment at which
/// it holds: processes are read one after the other, and go on meanwhile.
struct Snapshot {
    std::vector<Buffer> buffers; ///< the largest first
    bool has_bufinfo = false;    ///< without, devices and fences are unknown
    Reasons missing;             ///< what was not seen, and why
};

/// Where the kernel tells it.
struct Places {
    std::filesystem::path proc = "/proc";
    std::filesystem::path bufinfo = "/sys/kernel/debug/dma_buf/bufinfo";
    std::filesystem::path buffers = "/sys/kernel/dmabuf/buffers"; ///< of some kernels up to 6.12
};

/// @return the snapshot, or why no process can be read at all.
/// @throws std::system_error where this process has no fd or memory left to read with.
[[nodiscard]] std::expected<Snapshot, Reasons> take_snapshot(const Places& places = {});

} // namespace parallax::demo::who
