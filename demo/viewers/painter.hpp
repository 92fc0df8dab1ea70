// SPDX-License-Identifier: MIT
#pragma once

#include "viewers/mistake.hpp"

#include "offscreen/shared_image.hpp"
#include "parallax/dmabuf/mapping.hpp"
#include "parallax/image/picture.hpp"
#include "parallax/image/pixels.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace parallax::demo {

/// The CPU's side of a shared image, with the mistake that it makes, if it makes one. Borrows the
/// image. The GPU must not be using the memory.
class Painter {
public:
    /// @param mistake null for none.
    /// @throws std::system_error when the buffer cannot be mapped.
    Painter(SharedImage& image, const Mistake* mistake);

    /// The fd and so the mapping allow it.
    [[nodiscard]] bool can_paint() const;

    /// Writes a picture, in the way of the mistake.
    void paint(const Picture& picture);
    /// The same without mistake.
    void paint_properly(const Picture& picture) { image_.paint(picture); }

    /// The CPU view: as it was painted.
    [[nodiscard]] SampledPicture view() const;

private:
    SharedImage& image_;
    std::optional<MappedBytes> unsynced_; // if SYNC is left out
    bool tiles_ = false;
};

/// Why pictures of this layout cannot be written in tiles; empty if they can.
[[nodiscard]] std::string refuse_tiles(const ImageLayout& layout, std::uint64_t buffer_size);

} // namespace parallax::demo
