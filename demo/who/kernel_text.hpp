// SPDX-License-Identifier: MIT
//
// The kernel's texts about dma-bufs and about the processes that hold them. Programs choose the
// names of buffers and of processes: the names are printable() here, and a line break in one begins
// no line of the kernel's.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parallax::demo::who {

/// /proc/PID/fdinfo/FD of a dma-buf.
struct FdInfo {
    std::uint64_t inode = 0;
    std::uint64_t size = 0;       ///< bytes
    std::uint64_t references = 0; ///< fds, mappings and users in the kernel
    std::string exporter;
    std::string name; ///< empty if it was given none
};

/// @return nothing for other files, an O_PATH fd of a dma-buf among them.
[[nodiscard]] std::optional<FdInfo> parse_fdinfo(std::string_view text);

/// A line of /proc/PID/maps whose file is called as dma-bufs are. A file of that name can lie in a
/// root folder too: the device tells.
struct MappedRange {
    std::uint64_t start = 0; ///< address, as end
    std::uint64_t end = 0;
    std::uint64_t offset = 0; ///< bytes into the file
    dev_t device = 0;
    std::uint64_t inode = 0;
    std::string name;
};

[[nodiscard]] std::vector<MappedRange> parse_maps(std::string_view text);

/// /proc/PID/status.
struct ProcessStatus {
    std::string name;
    uid_t user = 0;          ///< the effective one
    bool zombie = false;     ///< the first thread has ended
    bool has_memory = false; ///< kernel threads have none
};

[[nodiscard]] ProcessStatus parse_status(std::string_view text);

/// Work on a buffer that somebody may have to wait for.
struct Fence {
    std::string usage; ///< "kernel", "write" or "read"
    std::string text;  ///< driver, timeline and number, in the words of this kernel
    bool signalled = false;
};

/// A buffer in /sys/kernel/debug/dma_buf/bufinfo.
struct BufInfo {
    std::uint64_t inode = 0;
    std::uint64_t size = 0; ///< bytes
    std::uint64_t references = 0;
    std::string exporter;
    std::string name; ///< up to its first line break
    std::vector<std::string> devices;
    std::vector<Fence> fences;
};

[[nodiscard]] std::vector<BufInfo> parse_bufinfo(std::string_view text);

/// @return nothing where @p text is not a number and nothing else.
[[nodiscard]] std::optional<std::uint64_t> number_in(std::string_view text, int base = 10);

} // namespace parallax::demo::who
