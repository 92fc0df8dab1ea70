// SPDX-License-Identifier: MIT
#pragma once

#include "diagnosis/diagnosis.hpp"
#include "pattern/sightings.hpp"

#include "parallax/image/picture.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace parallax::demo {

/// The part of the pattern that is in the picture.
struct View {
    Picture picture; ///< black where nothing is seen
    std::uint32_t left = 0;
    std::uint32_t top = 0;
    std::uint32_t right = 0;  ///< behind the last column that is seen
    std::uint32_t bottom = 0; ///< behind the last row
    std::uint64_t uneven = 0; ///< enlarged pixels that are of several colours

    [[nodiscard]] std::uint64_t seen() const {
        return std::uint64_t{right - left} * (bottom - top);
    }
    [[nodiscard]] bool whole() const { return seen() == picture.extent().pixels(); }
};

/// Cuts a pattern with its corner at @p origin out of the picture.
[[nodiscard]] View view_of(const Picture& picture, const Origin& origin, Extent extent);

/// The cause of a difference where only a part is seen, and that is right. Of what is not seen,
/// nothing is said.
/// @param turned the sentence of the orientation in which it was seen; empty if it was upright.
[[nodiscard]] std::optional<Diagnosis> cause_of_crop(const Picture& written, const View& view,
                                                     std::string_view turned);

} // namespace parallax::demo
