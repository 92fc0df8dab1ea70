// SPDX-License-Identifier: MIT
#include "report/reasons.hpp"

#include <string>

namespace parallax::demo {

Reasons of_any_format(Reasons reasons, std::string_view format) {
    for (std::string& reason : reasons) {
        if (const std::size_t at = reason.find(format); at != std::string::npos) {
            reason.replace(at, format.size(), "this format");
        }
    }
    return reasons;
}

} // namespace parallax::demo
