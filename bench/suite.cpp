// SPDX-License-Identifier: MIT
#include "suite.hpp"

#include <algorithm>
#include <regex>

namespace parallax::bench {
namespace {

constexpr unsigned int many_attachments = 4;

void append(Cases& all, Cases more) {
    std::ranges::move(more, std::back_inserter(all));
}

} // namespace

std::uint64_t Scope::largest_buffer() const {
    return std::ranges::max(buffers);
}

Scope full_scope() {
    return {.buffers = {4 * kibibyte, 64 * kibibyte, mebibyte, 8 * mebibyte, 64 * mebibyte,
                        256 * mebibyte, 512 * mebibyte},
            .bandwidth = {mebibyte, 64 * mebibyte},
            .frames = {256, 1024, 2048, 4096},
            .repetitions = 9,
            .seconds = 0.05};
}

Scope quick_scope() {
    return {.buffers = {4 * kibibyte, mebibyte, 64 * mebibyte},
            .bandwidth = {64 * mebibyte},
            .frames = {512, 2048},
            .repetitions = 5,
            .seconds = 0.01};
}

Cases all_cases(const Scope& scope, const Sources& sources,
                const std::shared_ptr<VulkanDevice>& device) {
    Cases cases;
    append(cases, buffer_cases(sources, scope.buffers));
    append(cases, bandwidth_cases(sources, scope.bandwidth));
    append(cases, sync_cases(sources, scope.buffers, 0));
    append(cases, sync_cases(sources, scope.buffers, many_attachments));
    append(cases, device_cases(sources, scope.buffers));
    append(cases, import_cases(sources, scope.buffers, device));
    for (const Change& change : {whole_frame, tenth_of_frame, hundredth_of_frame}) {
        append(cases, frame_cases(sources, scope.frames, change, device));
    }
    return cases;
}

Cases filtered(Cases cases, const std::string& expression) {
    const std::regex wanted(expression);
    std::erase_if(cases, [&](const Case& one) { return !std::regex_search(one.name(), wanted); });
    return cases;
}

bool needs_vulkan(const Case& one) {
    return one.work == "import" || one.work.starts_with("frame");
}

} // namespace parallax::bench
