// SPDX-License-Identifier: MIT
#include "suite.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <regex>
#include <span>
#include <string_view>

namespace parallax::bench {
namespace {

constexpr std::array<unsigned int, 3> attachments{0, 1, 4};
constexpr std::array threads{1, 2, 4, 8};
constexpr std::uint64_t counted_side = 1024; // of frames

void append(Cases& all, Cases more) {
    std::ranges::move(more, std::back_inserter(all));
}

Sources chosen(const Sources& sources, std::span<const std::string_view> names) {
    Sources some;
    std::ranges::copy_if(sources, std::back_inserter(some), [&](const auto& source) {
        return std::ranges::contains(names, source->name());
    });
    return some;
}

/// This project's exporter without its pool, and the system heap.
Sources main_ones(const Sources& sources) {
    return chosen(sources, std::array<std::string_view, 2>{source_name::ours, source_name::system});
}

} // namespace

std::uint64_t Scope::largest_buffer() const {
    return std::ranges::max(buffers);
}

Scope full_scope() {
    return {.buffers = {4 * kibibyte, 64 * kibibyte, 256 * kibibyte, mebibyte, 2 * mebibyte,
                        3 * mebibyte, 8 * mebibyte, 64 * mebibyte, 256 * mebibyte, 512 * mebibyte},
            .bandwidth = {mebibyte, 64 * mebibyte},
            .frames = {256, 1024, 2048, 4096},
            .crowd = {64 * kibibyte, mebibyte},
            .repetitions = 9,
            .seconds = 0.05};
}

Scope quick_scope() {
    return {.buffers = {4 * kibibyte, mebibyte, 64 * mebibyte},
            .bandwidth = {64 * mebibyte},
            .frames = {512, 2048},
            .crowd = {},
            .repetitions = 5,
            .seconds = 0.01};
}

Cases counted_cases(const Sources& all, const std::shared_ptr<VulkanDevice>& device) {
    const Sources sources =
        chosen(all, std::array<std::string_view, 5>{source_name::ours, source_name::ours_pool,
                                                    source_name::system, source_name::udmabuf,
                                                    "udmabuf-huge"});
    std::vector<std::uint64_t> sizes = full_scope().buffers;
    std::erase(sizes, 256 * mebibyte);
    Cases cases = buffer_cases(sources, sizes);
    append(cases, zeroing_cases(sizes));
    for (const unsigned int count : attachments) {
        append(cases, sync_cases(sources, sizes, count));
    }
    append(cases, device_cases(sources, sizes));
    for (const Change& change : {whole_frame, hundredth_of_frame}) {
        Cases frames = frame_cases(main_ones(sources), std::array{counted_side}, change, device);
        std::erase_if(frames, [](const Case& one) {
            return one.subject != imported_ours && one.subject != "staging";
        });
        append(cases, std::move(frames));
    }
    append(cases, many_buffers_cases(main_ones(sources), std::span(sizes).first(2)));
    std::erase(sizes, 512 * mebibyte);
    append(cases, fragmented_cases(main_ones(sources), sizes));
    return cases;
}

Cases all_cases(const Scope& scope, const Sources& sources,
                const std::shared_ptr<VulkanDevice>& device) {
    Cases cases;
    append(cases, buffer_cases(sources, scope.buffers));
    append(cases, bandwidth_cases(sources, scope.bandwidth));
    append(cases, zeroing_cases(scope.buffers));
    for (const unsigned int count : attachments) {
        append(cases, sync_cases(sources, scope.buffers, count));
    }
    append(cases, device_cases(sources, scope.buffers));
    for (const int count : threads) {
        append(cases, thread_cases(main_ones(sources), scope.crowd, count));
    }
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
