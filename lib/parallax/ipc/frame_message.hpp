// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/image/layout.hpp"
#include "parallax/ipc/frame_sharing.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <variant>
#include <vector>

// Not installed: the messages as bytes. docs/sharing.md has the protocol.
namespace parallax::message {

/// Viewer to sharer, first: states the version.
struct Hello {
    std::uint16_t version = message::version; ///< that the viewer speaks

    bool operator==(const Hello&) const = default;
};

/// Sharer to viewer, once for each buffer; the fds of its dma-bufs come with it.
struct Buffer {
    std::uint32_t index = 0;            ///< counts from 0
    std::uint32_t count = 1;            ///< number of buffers
    std::vector<std::uint64_t> sizes{}; ///< bytes that each of its dma-bufs holds
    ImageLayout layout;                 ///< of the pixels in them

    bool operator==(const Buffer&) const = default;
};

/// Viewer to sharer: the buffer may be drawn into again.
struct Done {
    std::uint32_t index = 0;    ///< of the buffer
    std::uint64_t sequence = 0; ///< of the frame

    bool operator==(const Done&) const = default;
};

/// Either side, last: the reason for closing the connection.
struct Farewell {
    static constexpr std::size_t longest = 1024; ///< bytes; a longer sentence is cut

    std::string sentence;                     ///< the reason, in printable ASCII
    std::uint16_t version = message::version; ///< that the sender speaks

    bool operator==(const Farewell&) const = default;
};

/// Any of them.
using Any = std::variant<Hello, Buffer, Frame, Done, Farewell>;

/// The message as bytes. A hello and a farewell have their own version.
/// @param spoken version, one that can_say() this.
[[nodiscard]] std::vector<std::byte> encode(const Any& message, std::uint16_t spoken = version);

/// True if a version has words for pictures of this layout.
[[nodiscard]] bool can_say(const ImageLayout& layout, std::uint16_t spoken);

/// Decodes untrusted bytes of any version that is spoken. A layout is checked: known format,
/// modifier LINEAR, fault_of() finds none with the stated sizes.
/// @param fds the number of file descriptors received with them.
/// @return the message, or a sentence on the error in it.
[[nodiscard]] std::expected<Any, std::string> decode(std::span<const std::byte> bytes,
                                                     std::size_t fds);

} // namespace parallax::message
