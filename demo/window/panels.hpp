// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace parallax::demo {

/// What a panel shows. The first three numbers are those of shaders/panel.frag.
enum class Shows : std::uint32_t {
    cpu_view = 0,
    gpu_view = 1,
    difference = 2,
    process_view = 3,
    display_view = 4,
};

/// All that there can be, in their order.
inline constexpr std::array all_panels{Shows::cpu_view, Shows::gpu_view, Shows::difference,
                                       Shows::process_view, Shows::display_view};

/// The panels that there are. The first three always are; the others as long as somebody looks
/// from there. A value.
class Panels {
public:
    /// To be called in the order of all_panels.
    void add(Shows panel) { panels_[count_++] = panel; }

    [[nodiscard]] std::span<const Shows> list() const noexcept {
        return std::span(panels_).first(count_);
    }

private:
    std::array<Shows, all_panels.size()> panels_ = all_panels;
    std::size_t count_ = 3;
};

} // namespace parallax::demo
