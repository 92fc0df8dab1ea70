// SPDX-License-Identifier: MIT
#include "sharing/events.hpp"

#include "parallax/text.hpp"

#include <cstdio>

namespace parallax::demo {

void Events::add(const std::vector<std::string>& events) {
    for (const std::string& event : events) {
        if (kept_) {
            all_.push_back(event);
            if (all_.size() > most) {
                all_.pop_front();
            }
        } else {
            text::println("{}", event);
        }
    }
    std::fflush(stdout);
}

} // namespace parallax::demo
