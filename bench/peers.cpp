// SPDX-License-Identifier: MIT
#include "peers.hpp"

#include "goals.hpp"
#include "source.hpp"
#include "suite.hpp"

#include "parallax/text.hpp"

#include <algorithm>
#include <set>

namespace parallax::bench {
namespace {

/// Steps that are compared: those of one subject with those of every other subject of a work.
struct Line {
    std::string title;
    std::string work;
    std::vector<std::string> steps;
    const char* subject = source_name::ours;
    std::string others = {};             ///< the work of the others, if it is another one
    std::vector<std::string> their = {}; ///< and their steps
    double least = 1;                    ///< a smaller ratio is marked
};

std::vector<Line> all_lines() {
    std::vector<Line> lines{
        {"allocate", "buffer", {"allocate"}},
        // Zeroing the pages alone; 5 % for all else.
        {.title = "allocate",
         .work = "buffer",
         .steps = {"allocate"},
         .others = "zeroing",
         .their = {"first touch"},
         .least = 1 / 1.05},
        {"allocate, pool warm", "buffer", {"allocate"}, source_name::ours_pool},
        {"map and first touch", "buffer", map_and_touch},
        {"unmap and close", "buffer", {"unmap", "close"}},
        {"device attaches and maps", "device", {"attach"}},
        {"device unmaps and detaches", "device", {"detach"}},
    };
    for (const char* const count : {"0", "1", "4"}) {
        for (const char* const step : {"start", "end"}) {
            lines.push_back({text::format("SYNC {}, {} attached", step, count),
                             text::format("sync-{}", count),
                             {step}});
        }
    }
    for (const auto& [work, state] :
         {std::pair{many_work, "10 000 others"}, std::pair{fragmented_work, "fragmented"}}) {
        lines.push_back({text::format("allocate, {}", state), work, {"allocate"}});
        lines.push_back({text::format("map and first touch, {}", state), work, map_and_touch});
        lines.push_back({text::format("unmap and close, {}", state), work, {"unmap", "close"}});
    }
    for (const char* const count : {"1", "2", "4", "8"}) {
        lines.push_back({text::format("all of these, {} threads", count),
                         text::format("threads-{}", count),
                         {}});
    }
    return lines;
}

std::string cell(const Results& results, const Line& line, const std::string& other,
                 std::uint64_t size, bool coloured) {
    const bool same = line.others.empty();
    const Results::Row* const ours = results.find(line.work, line.subject, size);
    const Results::Row* const theirs = results.find(same ? line.work : line.others, other, size);
    if (ours == nullptr || theirs == nullptr) {
        return "";
    }
    const auto our_time = sum_of(*ours, line.steps);
    const auto their_time = sum_of(*theirs, same ? line.steps : line.their);
    if (!our_time || !their_time) {
        return "";
    }
    const Ratio times = ratio(*their_time, *our_time);
    if (!(their_time->median > 0 && our_time->median > 0)) {
        return "draw"; // one of the two is noise
    }
    const std::string number = text::format("{:.{}f}", times.value,
                                            times.value < 10    ? 2
                                            : times.value < 100 ? 1
                                                                : 0);
    if (times.value + 0.005 > line.least) { // as it is rounded
        return number;
    }
    if (times.draw) {
        return "draw " + number;
    }
    return coloured ? "\x1b[31m" + number + "\x1b[0m" : number;
}

} // namespace

std::string peers_table(const Results& results, bool coloured) {
    std::set<std::uint64_t> sizes;
    std::vector<std::string> others;
    for (const Results::Row& row : results.rows()) {
        if (row.work == "buffer" || row.work == "device" || row.work == "zeroing" ||
            row.work.starts_with("sync-")) {
            sizes.insert(row.size);
            const bool compared = row.subject == source_name::system ||
                                  row.subject.starts_with(source_name::udmabuf) ||
                                  row.work == "zeroing";
            if (compared && !std::ranges::contains(others, row.subject)) {
                others.push_back(row.subject);
            }
        }
    }
    std::string header = "| step | compared with |";
    std::string rule = "|---|---|";
    for (const std::uint64_t size : sizes) {
        header += text::format(" {} |", short_size(size));
        rule += "--:|";
    }
    std::string text;
    for (const Line& line : all_lines()) {
        for (const std::string& other : others) {
            std::string cells;
            bool some = false;
            for (const std::uint64_t size : sizes) {
                const std::string value = cell(results, line, other, size, coloured);
                some = some || !value.empty();
                cells += text::format(" {} |", value);
            }
            if (some) {
                text += text::format("| {} | {} |{}\n", line.title, other, cells);
            }
        }
    }
    return text.empty() ? text : text::format("{}\n{}\n{}", header, rule, text);
}

} // namespace parallax::bench
