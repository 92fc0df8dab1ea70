// SPDX-License-Identifier: MIT
#pragma once

#include "offscreen/vk.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace parallax {

/// The parts of a picture that have changed, as a few rectangles that do not overlap. They cover
/// every part that was added; where there are too many, they are joined and cover more. A value,
/// which takes nothing from the heap.
class Damage {
public:
    /// The most rectangles that it has.
    static constexpr std::size_t most = 16;

    /// Nothing has changed.
    Damage() = default;
    /// One part has changed.
    explicit Damage(const vk::Rect2D& part) { add(part); }

    /// Adds a part; one without pixels adds nothing.
    void add(vk::Rect2D part);
    /// Adds all parts of another.
    void add(const Damage& other);

    /// True if nothing has changed.
    [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
    /// The rectangles.
    [[nodiscard]] std::span<const vk::Rect2D> parts() const noexcept {
        return std::span(parts_).first(count_);
    }
    /// In all parts.
    [[nodiscard]] std::uint64_t pixels() const noexcept;
    /// What of it lies in a rectangle.
    [[nodiscard]] Damage within(const vk::Rect2D& limit) const;

private:
    void remove(std::size_t number) noexcept { parts_[number] = parts_[--count_]; }

    std::array<vk::Rect2D, most> parts_{};
    std::size_t count_ = 0;
};

/// Width times height.
[[nodiscard]] constexpr std::uint64_t pixels_of(const vk::Rect2D& part) noexcept {
    return std::uint64_t{part.extent.width} * part.extent.height;
}

/// From one corner to just before the other; without pixels if that is not to the right and below.
[[nodiscard]] vk::Rect2D between(std::int32_t left, std::int32_t top, std::int32_t right,
                                 std::int32_t bottom) noexcept;

/// What both have in common; without pixels if that is nothing.
[[nodiscard]] vk::Rect2D common_part(const vk::Rect2D& left, const vk::Rect2D& right) noexcept;

} // namespace parallax
