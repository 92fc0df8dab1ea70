// SPDX-License-Identifier: MIT
#include "faults.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace parallax::test {
namespace {

constexpr std::array<std::pair<std::string_view, VkResult>, 10> results{
    {{"OUT_OF_HOST_MEMORY", VK_ERROR_OUT_OF_HOST_MEMORY},
     {"OUT_OF_DEVICE_MEMORY", VK_ERROR_OUT_OF_DEVICE_MEMORY},
     {"INITIALIZATION_FAILED", VK_ERROR_INITIALIZATION_FAILED},
     {"DEVICE_LOST", VK_ERROR_DEVICE_LOST},
     {"FORMAT_NOT_SUPPORTED", VK_ERROR_FORMAT_NOT_SUPPORTED},
     {"TOO_MANY_OBJECTS", VK_ERROR_TOO_MANY_OBJECTS},
     {"INVALID_EXTERNAL_HANDLE", VK_ERROR_INVALID_EXTERNAL_HANDLE},
     {"INVALID_PLANE_LAYOUT", VK_ERROR_INVALID_DRM_FORMAT_MODIFIER_PLANE_LAYOUT_EXT},
     {"SURFACE_LOST", VK_ERROR_SURFACE_LOST_KHR},
     {"TIMEOUT", VK_TIMEOUT}}};

[[noreturn]] void refuse(std::string_view word) {
    std::fprintf(stderr, "PARALLAX_FAULTS: what is '%.*s'?\n", static_cast<int>(word.size()),
                 word.data());
    std::abort();
}

} // namespace

Faults::Faults(std::string_view text) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        const std::string_view word = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (const std::size_t equals = word.find('='); equals != std::string_view::npos) {
            add_failure(word, equals);
        } else if (!word.empty()) {
            lies_.emplace(word);
        }
    }
}

void Faults::add_failure(std::string_view word, std::size_t equals) {
    const auto* const result =
        std::ranges::find(results, word.substr(equals + 1), &decltype(results)::value_type::first);
    if (result == results.end()) {
        refuse(word);
    }
    Failure failure{.result = result->second};
    std::string_view call = word.substr(0, equals);
    failure.last = UINT_MAX;
    if (const std::size_t at = call.find('@'); at != std::string_view::npos) {
        const std::string_view count = call.substr(at + 1);
        const auto [rest, error] =
            std::from_chars(count.data(), count.data() + count.size(), failure.first);
        const std::string_view range(rest, count.data() + count.size());
        if (error != std::errc{} || (!range.empty() && range != "..")) {
            refuse(word);
        }
        failure.last = range.empty() ? failure.first : UINT_MAX;
        call = call.substr(0, at);
    }
    failure.call = call;
    failures_.push_back(std::move(failure));
}

std::optional<VkResult> Faults::at(std::string_view call) {
    const unsigned count = ++calls_[std::string(call)];
    const auto failure = std::ranges::find_if(failures_, [&](const Failure& candidate) {
        return candidate.call == call && candidate.first <= count && count <= candidate.last;
    });
    return failure == failures_.end() ? std::nullopt : std::optional(failure->result);
}

} // namespace parallax::test
