// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace parallax::demo::survey {

/// Bytes for a data: URL, and for JSON.
[[nodiscard]] std::string base64(std::string_view bytes);

} // namespace parallax::demo::survey
