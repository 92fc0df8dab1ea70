// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/dmabuf/mapping.hpp"
#include "parallax/dmabuf/unique_fd.hpp"
#include "parallax/image/layout.hpp"
#include "parallax/image/picture.hpp"

#include <cstdint>
#include <expected>
#include <string>
#include <utility>

namespace parallax::demo {

/// A device that writes later than its fence promises: the kernel's vgem, whose fences a program
/// signals. Its fence is in the dma-buf from open() to write(), for ten seconds at most.
class LateWriter {
public:
    /// @return the device with its fence in the buffer, or why this machine has none.
    /// @throws std::system_error when vgem refuses.
    [[nodiscard]] static std::expected<LateWriter, std::string> open(const DmaBuf& buffer);

    LateWriter(LateWriter&& other) noexcept;
    LateWriter& operator=(LateWriter&&) = delete;
    LateWriter(const LateWriter&) = delete;
    LateWriter& operator=(const LateWriter&) = delete;
    ~LateWriter(); ///< signals the fence

    /// Writes the picture as a device does, without SYNC, and signals the fence.
    /// @throws as write_pixels().
    void write(const Picture& picture, const ImageLayout& layout);

private:
    LateWriter(UniqueFd&& card, MappedBytes&& bytes, std::uint32_t fence)
        : card_(std::move(card)),
          bytes_(std::move(bytes)),
          fence_(fence) {}

    void signal() noexcept;

    UniqueFd card_;
    MappedBytes bytes_;
    std::uint32_t fence_ = 0; // 0: signalled
};

} // namespace parallax::demo
