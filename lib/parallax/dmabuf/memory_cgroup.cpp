// SPDX-License-Identifier: MIT
#include "parallax/dmabuf/memory_cgroup.hpp"

#include "parallax/printable.hpp"

#include <fstream>
#include <string_view>

namespace parallax {
namespace {

/// The number in a file; nothing if there is no file, or another word ("max") in it.
std::optional<std::uint64_t> number_in(const std::filesystem::path& file) {
    std::uint64_t number = 0;
    if (std::ifstream(file) >> number) {
        return number;
    }
    return std::nullopt;
}

/// "0::/path", among lines of older hierarchies.
std::optional<std::filesystem::path> unified_cgroup(const std::filesystem::path& membership) {
    std::ifstream lines(membership);
    constexpr std::string_view begin = "0::/";
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with(begin)) {
            return line.substr(begin.size());
        }
    }
    return std::nullopt;
}

} // namespace

std::optional<FullCgroup> find_full_cgroup(std::uint64_t size,
                                           const std::filesystem::path& membership,
                                           const std::filesystem::path& hierarchy) {
    std::optional<std::filesystem::path> group = unified_cgroup(membership);
    while (group) {
        const std::filesystem::path folder = hierarchy / *group;
        const auto limit = number_in(folder / "memory.max");
        const auto used = number_in(folder / "memory.current");
        if (limit && used && (*used > *limit || *limit - *used < size)) {
            return FullCgroup{
                .path = printable("/" + group->string()), .limit = *limit, .used = *used};
        }
        if (group->empty()) {
            return std::nullopt;
        }
        group = group->parent_path();
    }
    return std::nullopt;
}

} // namespace parallax
