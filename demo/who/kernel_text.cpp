// SPDX-License-Identifier: MIT
#include "who/kernel_text.hpp"

#include "parallax/printable.hpp"

#include <sys/sysmacros.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

namespace parallax::demo::who {
namespace {

/// Takes what comes before @p separator, and that, off @p text; all of it where there is none.
std::string_view take(std::string_view& text, char separator) {
    const std::size_t end = std::min(text.find(separator), text.size());
    const std::string_view taken = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return taken;
}

std::string_view without_blanks(std::string_view text, std::string_view blanks = " \t") {
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    return text;
}

/// The line that begins the record of a buffer. What its fields measure at least is more than a
/// name may have, so that no name looks like one.
std::optional<BufInfo> parse_bufinfo_header(std::string_view line) {
    constexpr std::size_t digits = 8;
    std::array<std::string_view, 6> fields; // size, flags, mode, count, exporter, inode
    for (std::string_view& field : fields) {
        field = take(line, '\t');
    }
    for (const std::size_t padded : {0, 1, 2, 3, 5}) {
        if (fields[padded].size() < digits) {
            return std::nullopt;
        }
    }
    const auto size = number_in(fields[0]);
    const auto references = number_in(fields[3]);
    const auto inode = number_in(fields[5]);
    if (!size || !references || !inode) {
        return std::nullopt;
    }
    return BufInfo{.inode = *inode,
                   .size = *size,
                   .references = *references,
                   .exporter = printable(fields[4]),
                   .name = line == "<none>" ? "" : printable(line)};
}

std::optional<Fence> parse_fence(std::string_view line) {
    for (const std::string_view usage : {"kernel", "write", "read", "bookkeep"}) {
        const std::string start = "\t" + std::string(usage) + " fence:";
        if (line.starts_with(start)) {
            const std::string_view text = line.substr(start.size());
            return Fence{.usage = std::string(usage),
                         .text = printable(text),
                         .signalled = !text.ends_with("unsignalled")};
        }
    }
    return std::nullopt;
}

/// "Total N devices attached". @return N.
std::optional<std::uint64_t> parse_device_count(std::string_view line) {
    constexpr std::string_view start = "Total ";
    constexpr std::string_view end = " devices attached";
    if (line.size() < start.size() + end.size() || !line.starts_with(start) ||
        !line.ends_with(end)) {
        return std::nullopt;
    }
    line.remove_prefix(start.size());
    line.remove_suffix(end.size());
    return number_in(line);
}

/// Fences and devices, from the lines between the record's header and the next. The devices are
/// told from the end on, where no name reaches.
void describe(BufInfo& buffer, std::span<const std::string_view> lines) {
    for (std::size_t last = lines.size(); last-- > 0;) {
        if (const auto count = parse_device_count(lines[last])) {
            const std::size_t first = last - std::min<std::size_t>(last, *count);
            for (const std::string_view line : lines.subspan(first, last - first)) {
                buffer.devices.push_back(printable(without_blanks(line)));
            }
            lines = lines.first(first);
            break;
        }
    }
    for (const std::string_view line : lines) {
        if (auto fence = parse_fence(line)) {
            buffer.fences.push_back(std::move(*fence));
        }
    }
}

} // namespace

std::optional<std::uint64_t> number_in(std::string_view text, int base) {
    std::uint64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [read, error] = std::from_chars(text.data(), end, number, base);
    return error == std::errc() && read == end ? std::optional(number) : std::nullopt;
}

std::optional<FdInfo> parse_fdinfo(std::string_view text) {
    FdInfo info;
    bool is_dma_buf = false;
    while (!text.empty()) {
        const std::string_view before = text;
        std::string_view value = take(text, '\n');
        const std::string_view key = take(value, '\t');
        if (key == "ino:") {
            info.inode = number_in(value).value_or(0);
        } else if (key == "size:") {
            info.size = number_in(value).value_or(0);
        } else if (key == "count:") {
            info.references = number_in(value).value_or(0);
        } else if (key == "exp_name:") {
            info.exporter = printable(value);
            is_dma_buf = true;
        } else if (key == "name:") { // the last of all, with whatever line breaks it has
            std::string_view name = before.substr(std::min(key.size() + 1, before.size()));
            name.remove_suffix(name.ends_with('\n') ? 1 : 0);
            info.name = printable(name);
            break;
        }
    }
    return is_dma_buf ? std::optional(info) : std::nullopt;
}

std::vector<MappedRange> parse_maps(std::string_view text) {
    constexpr std::string_view prefix = "/dmabuf:";
    std::vector<MappedRange> ranges;
    while (!text.empty()) {
        std::string_view path = take(text, '\n'); // line breaks in names are escaped here
        std::array<std::string_view, 5> fields;   // addresses, permissions, offset, device, inode
        for (std::string_view& field : fields) {
            field = take(path, ' ');
        }
        path = without_blanks(path);
        if (!path.starts_with(prefix)) {
            continue;
        }
        const auto start = number_in(take(fields[0], '-'), 16);
        const auto end = number_in(fields[0], 16);
        const auto offset = number_in(fields[2], 16);
        const auto major = number_in(take(fields[3], ':'), 16);
        const auto minor = number_in(fields[3], 16);
        const auto inode = number_in(fields[4]);
        if (start && end && offset && major && minor && inode) {
            ranges.push_back(
                {.start = *start,
                 .end = *end,
                 .offset = *offset,
                 .device = ::makedev(static_cast<unsigned>(*major), static_cast<unsigned>(*minor)),
                 .inode = *inode,
                 .name = printable(path.substr(prefix.size()))});
        }
    }
    return ranges;
}

ProcessStatus parse_status(std::string_view text) {
    ProcessStatus status;
    while (!text.empty()) {
        std::string_view value = take(text, '\n'); // line breaks in the name are escaped here
        const std::string_view key = take(value, '\t');
        if (key == "Name:") {
            status.name = printable(value);
        } else if (key == "State:") {
            status.zombie = value.starts_with('Z');
        } else if (key == "Uid:") {
            take(value, '\t'); // the real one
            status.user = static_cast<uid_t>(number_in(take(value, '\t')).value_or(0));
        } else if (key == "VmSize:") {
            status.has_memory = true;
        }
    }
    return status;
}

std::vector<BufInfo> parse_bufinfo(std::string_view text) {
    std::vector<BufInfo> buffers;
    std::vector<std::string_view> lines; // of the last of them
    const auto finish = [&] {
        if (!buffers.empty()) {
            describe(buffers.back(), lines);
        }
        lines.clear();
    };
    while (!text.empty()) {
        const std::string_view line = take(text, '\n');
        if (auto buffer = parse_bufinfo_header(line)) {
            finish();
            buffers.push_back(std::move(*buffer));
        } else {
            lines.push_back(line);
        }
    }
    finish();
    return buffers;
}

} // namespace parallax::demo::who
