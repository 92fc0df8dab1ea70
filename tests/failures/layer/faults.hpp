// SPDX-License-Identifier: MIT
#pragma once

#include <vulkan/vulkan_core.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace parallax::test {

/// The faults of a driver: words separated by blanks, from the environment's PARALLAX_FAULTS.
///
///     CALL=RESULT        every such call fails: vkCreateImage=OUT_OF_DEVICE_MEMORY
///     CALL@3=RESULT      the third does
///     CALL@3..=RESULT    and all after it
///     LIE                an answer that is not the driver's; layer.cpp has them
class Faults {
public:
    /// Ends the program, with a sentence, if a word cannot be understood.
    explicit Faults(std::string_view text);

    /// Counts a call. @return the result with which it must fail, if any.
    [[nodiscard]] std::optional<VkResult> at(std::string_view call);

    [[nodiscard]] bool has(std::string_view lie) const { return lies_.contains(lie); }

private:
    struct Failure {
        std::string call;
        unsigned first = 1;
        unsigned last = 0;
        VkResult result = VK_SUCCESS;
    };

    void add_failure(std::string_view word, std::size_t equals);

    std::vector<Failure> failures_;
    std::map<std::string, unsigned, std::less<>> calls_;
    std::set<std::string, std::less<>> lies_;
};

} // namespace parallax::test
