// SPDX-License-Identifier: MIT
#pragma once

#include "case.hpp"
#include "source.hpp"
#include "vulkan_device.hpp"

#include <memory>
#include <span>
#include <string>

namespace parallax::bench {

/// The life of one buffer: allocate, map, first touch of every page, touch again (what the loop
/// itself takes), unmap, close.
[[nodiscard]] Cases buffer_cases(const Sources& sources, std::span<const std::uint64_t> sizes);

/// The names of their works.
inline constexpr auto many_work = "buffer-10000";
inline constexpr auto fragmented_work = "buffer-fragmented";
inline constexpr std::size_t many_buffers = 10'000;

/// The same while 10 000 other buffers of that size exist.
[[nodiscard]] Cases many_buffers_cases(const Sources& sources,
                                       std::span<const std::uint64_t> sizes);

/// The same while no free memory is contiguous beyond 32 KiB; that state lasts from the first of
/// these cases to the end of all.
[[nodiscard]] Cases fragmented_cases(const Sources& sources, std::span<const std::uint64_t> sizes);

/// Threads that allocate, map, touch, unmap and close at the same time, called "threads-N".
[[nodiscard]] Cases thread_cases(const Sources& sources, std::span<const std::uint64_t> sizes,
                                 int threads);

/// Anonymous memory in huge pages at first touch, which is hardly more than zeroing it: the bound
/// of an allocation. Its work is called "zeroing".
[[nodiscard]] Cases zeroing_cases(std::span<const std::uint64_t> sizes);

/// Write and read all of a buffer through its mapping; and of anonymous memory with huge pages,
/// under the name "anonymous".
[[nodiscard]] Cases bandwidth_cases(const Sources& sources, std::span<const std::uint64_t> sizes);

/// DMA_BUF_IOCTL_SYNC start and end while @p attachments devices (vgem) have the buffer mapped.
/// Their work is called "sync-N".
[[nodiscard]] Cases sync_cases(const Sources& sources, std::span<const std::uint64_t> sizes,
                               unsigned int attachments);

/// A kernel driver (vgem) attaches to a buffer and maps it, and lets go of it.
[[nodiscard]] Cases device_cases(const Sources& sources, std::span<const std::uint64_t> sizes);

/// Vulkan imports a buffer that the CPU has written, and the GPU reads all of it, twice: the first
/// time it, or its driver, meets the memory's pages.
[[nodiscard]] Cases import_cases(const Sources& sources, std::span<const std::uint64_t> sizes,
                                 const std::shared_ptr<VulkanDevice>& device);

/// The upload path of the frames that are imported from this project's exporter.
inline constexpr auto imported_ours = "import-exporter";

/// The share of each frame that the CPU writes anew.
struct Change {
    const char* work; ///< what the cases are called
    double share;
};

inline constexpr Change whole_frame{.work = "frame", .share = 1};
inline constexpr Change tenth_of_frame{.work = "frame-10%", .share = 0.1};
inline constexpr Change hundredth_of_frame{.work = "frame-1%", .share = 0.01};

/// Frame after frame: the CPU writes, the GPU samples it and renders a target of the same size.
/// One case for each upload path and size. Before a path is timed, what it renders is compared with
/// what was written; one that shows something else fails.
/// @param sides of the square frames, in pixels.
[[nodiscard]] Cases frame_cases(const Sources& sources, std::span<const std::uint64_t> sides,
                                const Change& change, std::shared_ptr<VulkanDevice> device);

/// How much is measured.
struct Scope {
    std::vector<std::uint64_t> buffers;   ///< bytes
    std::vector<std::uint64_t> bandwidth; ///< bytes
    std::vector<std::uint64_t> frames;    ///< pixels a side
    std::vector<std::uint64_t> crowd;     ///< bytes, of many buffers and for many threads
    int repetitions;
    double seconds; ///< of work in each repetition

    [[nodiscard]] std::uint64_t largest_buffer() const;
};

/// All sizes; takes minutes even on hardware.
[[nodiscard]] Scope full_scope();
/// The sizes of the goals only.
[[nodiscard]] Scope quick_scope();

/// For counting: the operations of exporters, at all sizes; and whole frames and hundredths of
/// them, of one size, by import and by staging.
[[nodiscard]] Cases counted_cases(const Sources& all, const std::shared_ptr<VulkanDevice>& device);

/// Every case of the scope, in the order of the report.
[[nodiscard]] Cases all_cases(const Scope& scope, const Sources& sources,
                              const std::shared_ptr<VulkanDevice>& device);

/// The cases whose names contain a match of a regular expression; all for an empty one.
/// @throws std::regex_error for an invalid one.
[[nodiscard]] Cases filtered(Cases cases, const std::string& expression);

/// True if a case needs the Vulkan device.
[[nodiscard]] bool needs_vulkan(const Case& one);

} // namespace parallax::bench
