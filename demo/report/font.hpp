// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/image/picture.hpp"

#include <cstdint>
#include <memory>
#include <string_view>

namespace parallax {

/// DejaVu Sans at one size, antialiased. It has printable ASCII; any other byte is drawn as '?'.
class Font {
public:
    /// @param height from the top of the tallest letter to the bottom of the lowest one, in pixels.
    explicit Font(float height);
    /// Leaves the other empty: it can only be assigned to or destroyed.
    Font(Font&&) noexcept;
    /// Leaves the other empty, too.
    Font& operator=(Font&&) noexcept;
    ~Font();

    /// The width of a text in pixels, rounded up.
    [[nodiscard]] std::uint32_t width(std::string_view text) const;
    /// The height of a line of text in pixels, rounded up.
    [[nodiscard]] std::uint32_t height() const;

    /// Blends @p text into @p picture, its top left corner at @p left and @p top. The part outside
    /// of the picture is not drawn.
    void draw(Picture& picture, std::uint32_t left, std::uint32_t top, std::string_view text,
              Rgba8 colour) const;

private:
    struct Face;
    std::unique_ptr<Face> face_;
};

} // namespace parallax
