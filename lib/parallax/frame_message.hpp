// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/image_layout.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <variant>
#include <vector>

/// What two processes say to each other when they share frames in dma-bufs. docs/sharing.md has the
/// protocol as it is on the wire.
namespace parallax::message {

/// Grows with every change that an older side would misunderstand.
inline constexpr std::uint16_t version = 1;

/// Viewer to sharer, first: I am here, and speak this version.
struct Hello {
    bool operator==(const Hello&) const = default;
};

/// Sharer to viewer, once for each buffer; the dma-buf's fd comes with it.
struct Buffer {
    std::uint32_t index = 0; ///< counts from 0
    std::uint32_t count = 1; ///< how many there will be
    std::uint64_t size = 0;  ///< bytes that the dma-buf holds
    ImageLayout layout;      ///< where the pixels lie in it

    bool operator==(const Buffer&) const = default;
};

/// Sharer to viewer: a frame lies in that buffer, and stays until the viewer is done with it.
struct Frame {
    std::uint32_t index = 0;       ///< of the buffer
    std::uint64_t sequence = 0;    ///< of the frame
    std::uint64_t fingerprint = 0; ///< of the picture, see fingerprint.hpp

    bool operator==(const Frame&) const = default;
};

/// Viewer to sharer: the buffer may be drawn into again.
struct Done {
    std::uint32_t index = 0;    ///< of the buffer
    std::uint64_t sequence = 0; ///< of the frame

    bool operator==(const Done&) const = default;
};

/// Either side, last: why it ends the connection.
struct Farewell {
    static constexpr std::size_t longest = 1024; ///< printable ASCII; a longer one is cut

    std::string sentence; ///< why

    bool operator==(const Farewell&) const = default;
};

/// Any of them.
using Any = std::variant<Hello, Buffer, Frame, Done, Farewell>;

/// The message as bytes.
[[nodiscard]] std::vector<std::byte> encode(const Any& message);

/// The message in @p bytes, which may be anything: nothing in them is trusted. A layout has been
/// checked: known format, modifier LINEAR, the pixels lie within the size that is claimed.
/// @param fds how many file descriptors came with it.
/// @return the message, or a sentence that says what is wrong with it.
[[nodiscard]] std::expected<Any, std::string> decode(std::span<const std::byte> bytes,
                                                     std::size_t fds);

} // namespace parallax::message
