// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <vector>

namespace parallax::demo {

/// Events of sharing: printed at once, or kept for the end, the latest if there are too many.
class Events {
public:
    static constexpr std::size_t most = 1000;

    explicit Events(bool kept) : kept_(kept) {}

    void add(const std::vector<std::string>& events);

    [[nodiscard]] const std::deque<std::string>& all() const { return all_; }

private:
    bool kept_;
    std::deque<std::string> all_;
};

} // namespace parallax::demo
