// SPDX-License-Identifier: MIT
#include "offscreen/damage.hpp"

#include <algorithm>

namespace parallax {
namespace {

/// What it costs to treat a rectangle of its own, in pixels.
constexpr std::uint64_t cost_of_one = 512;

std::int32_t right_of(const vk::Rect2D& part) {
    return part.offset.x + static_cast<std::int32_t>(part.extent.width);
}
std::int32_t bottom_of(const vk::Rect2D& part) {
    return part.offset.y + static_cast<std::int32_t>(part.extent.height);
}

vk::Rect2D around(const vk::Rect2D& left, const vk::Rect2D& right) {
    return between(std::min(left.offset.x, right.offset.x), std::min(left.offset.y, right.offset.y),
                   std::max(right_of(left), right_of(right)),
                   std::max(bottom_of(left), bottom_of(right)));
}

/// Pixels that a rectangle around both has beyond theirs, if they do not overlap.
std::uint64_t growth(const vk::Rect2D& left, const vk::Rect2D& right) {
    const std::uint64_t both = pixels_of(left) + pixels_of(right);
    return std::max(pixels_of(around(left, right)), both) - both;
}

} // namespace

vk::Rect2D between(std::int32_t left, std::int32_t top, std::int32_t right,
                   std::int32_t bottom) noexcept {
    return {.offset = {left, top},
            .extent = {static_cast<std::uint32_t>(std::max(right - left, 0)),
                       static_cast<std::uint32_t>(std::max(bottom - top, 0))}};
}

vk::Rect2D common_part(const vk::Rect2D& left, const vk::Rect2D& right) noexcept {
    return between(std::max(left.offset.x, right.offset.x), std::max(left.offset.y, right.offset.y),
                   std::min(right_of(left), right_of(right)),
                   std::min(bottom_of(left), bottom_of(right)));
}

void Damage::add(vk::Rect2D part) {
    if (pixels_of(part) == 0) {
        return;
    }
    // What it is joined with may make it overlap another, so each change begins anew.
    for (std::size_t i = 0; i < count_;) {
        if (pixels_of(common_part(parts_[i], part)) > 0 || growth(parts_[i], part) <= cost_of_one) {
            part = around(parts_[i], part);
            remove(i);
            i = 0;
        } else {
            ++i;
        }
    }
    if (count_ < most) {
        parts_[count_++] = part;
        return;
    }
    const auto nearest = std::ranges::min_element(
        parts_, {}, [&part](const vk::Rect2D& other) { return growth(other, part); });
    part = around(*nearest, part);
    remove(static_cast<std::size_t>(nearest - parts_.begin()));
    add(part);
}

void Damage::add(const Damage& other) {
    for (const vk::Rect2D& part : other.parts()) {
        add(part);
    }
}

std::uint64_t Damage::pixels() const noexcept {
    std::uint64_t sum = 0;
    for (const vk::Rect2D& part : parts()) {
        sum += pixels_of(part);
    }
    return sum;
}

Damage Damage::within(const vk::Rect2D& limit) const {
    Damage inside;
    for (const vk::Rect2D& part : parts()) {
        inside.add(common_part(part, limit));
    }
    return inside;
}

} // namespace parallax
