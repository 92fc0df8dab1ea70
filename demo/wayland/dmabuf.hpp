// SPDX-License-Identifier: MIT
#pragma once

#include "wayland/connection.hpp"
#include "wayland/proxy.hpp"

#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/image/layout.hpp"

#include <linux-dmabuf-unstable-v1-client.h>
#include <wayland-client-protocol.h>

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace parallax::demo::wayland {

/// Dma-bufs that the compositor has taken as a wl_buffer. Owned.
class Buffer {
public:
    explicit Buffer(wl_buffer* buffer);
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;
    Buffer(Buffer&&) = delete;
    Buffer& operator=(Buffer&&) = delete;
    ~Buffer() = default;

    [[nodiscard]] wl_buffer* get() const noexcept { return buffer_.get(); }

    /// To be called when it is attached: the compositor reads it until it releases it.
    void lend() noexcept { lent_ = true; }
    /// True while the compositor may read it.
    [[nodiscard]] bool lent() const noexcept { return lent_; }
    /// How often the compositor has released it.
    [[nodiscard]] std::uint64_t releases() const noexcept { return releases_; }

private:
    Proxy<wl_buffer> buffer_;
    bool lent_ = false;
    std::uint64_t releases_ = 0;
};

/// A format and a modifier that a compositor takes.
struct FormatModifier {
    std::uint32_t fourcc;
    std::uint64_t modifier;

    bool operator==(const FormatModifier&) const = default;
};

/// The compositor's side that takes dma-bufs: zwp_linux_dmabuf_v1.
class DmabufTaker {
public:
    /// @return it with its table, or why the compositor takes no dma-bufs.
    /// @throws std::runtime_error as Connection::wait().
    [[nodiscard]] static std::expected<std::unique_ptr<DmabufTaker>, Reasons>
    open(const Connection& connection);

    DmabufTaker(const DmabufTaker&) = delete;
    DmabufTaker& operator=(const DmabufTaker&) = delete;
    DmabufTaker(DmabufTaker&&) = delete;
    DmabufTaker& operator=(DmabufTaker&&) = delete;
    ~DmabufTaker() = default;

    /// Version of the interface in use: the table is that of the feedback from 4 on.
    [[nodiscard]] std::uint32_t version() const noexcept { return version_; }
    /// What the compositor says that it takes, each pair once.
    [[nodiscard]] std::span<const FormatModifier> table() const noexcept { return table_; }
    /// "LINEAR, INVALID": the modifiers of a format; empty if it does not take the format.
    [[nodiscard]] std::string modifiers_of(std::uint32_t fourcc) const;

    /// The modifier to name for memory of this layout: its own, or DRM_FORMAT_MOD_INVALID where the
    /// compositor takes only memory whose modifier is not named.
    /// @return nothing if the table has neither.
    [[nodiscard]] std::optional<std::uint64_t> modifier_for(const ImageLayout& layout) const;

    /// Hands dma-bufs over, as one buffer.
    /// @param buffers in the order of PlaneLayout::buffer.
    /// @return the buffer, or why the compositor does not take it.
    /// @throws std::runtime_error as Connection::wait(), or when it does not answer.
    [[nodiscard]] std::expected<std::unique_ptr<Buffer>, Reasons>
    take(std::span<const DmaBuf> buffers, const ImageLayout& layout, Interrupt unwanted = {}) const;

private:
    explicit DmabufTaker(const Connection& connection) : connection_(connection) {}
    void read_feedback();
    void listen();
    void add(FormatModifier pair);

    const Connection& connection_;
    Proxy<zwp_linux_dmabuf_v1> dmabuf_;
    std::uint32_t version_ = 0;
    std::vector<FormatModifier> table_;
};

/// "LINEAR", "INVALID (not named)", or the vendor's.
[[nodiscard]] std::string modifier_text(std::uint64_t modifier);

} // namespace parallax::demo::wayland
