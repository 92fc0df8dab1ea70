// SPDX-License-Identifier: MIT
#pragma once

#include <imgui.h>

// The colours of words and lines in the window.

namespace parallax::demo {

inline constexpr ImU32 ink = IM_COL32(232, 230, 222, 255);
inline constexpr ImU32 faint = IM_COL32(154, 158, 168, 255);
inline constexpr ImU32 good = IM_COL32(112, 214, 138, 255);
inline constexpr ImU32 bad = IM_COL32(255, 110, 96, 255);

} // namespace parallax::demo
