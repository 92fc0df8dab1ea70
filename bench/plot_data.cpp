// SPDX-License-Identifier: MIT
#include "reports.hpp"

#include "files/write_file.hpp"
#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <algorithm>
#include <map>

namespace parallax::bench {
namespace {

/// A curve or bar of a chart: the sum of some steps.
struct Series {
    const char* name;
    std::vector<std::string> works; ///< every Case::work that has it
    std::vector<std::string> steps; ///< all if empty
};

const std::vector<Series> all_series{
    {"allocate", {"buffer"}, {"allocate"}},
    {"map", {"buffer"}, {"map", "first touch"}},
    {"free", {"buffer"}, {"unmap", "close"}},
    {"all", {"sync-0", "sync-4", "frame", "frame-10%", "frame-1%"}, {}},
    {"attach", {"device"}, {"attach"}},
    {"import", {"import"}, {"import", "first read"}},
    {"until-write", {"frame"}, {"write"}},
    {"until-upload", {"frame"}, {"write", "upload"}},
    {"until-draw", {"frame"}, {"write", "upload", "draw"}},
    {"until-submit", {"frame"}, {"write", "upload", "draw", "submit"}},
};

/// Blocks named "WORK SERIES SUBJECT": size, and milliseconds: median, first and third quartile.
std::string blocks(const Results& results) {
    std::map<std::string, std::string> blocks;
    for (const Results::Row& row : results.rows()) {
        for (const Series& series : all_series) {
            if (!std::ranges::contains(series.works, row.work)) {
                continue;
            }
            if (const auto time = sum_of(row, series.steps)) {
                blocks[text::format("{} {} {}", row.work, series.name, row.subject)] +=
                    text::format("{} {:.6g} {:.6g} {:.6g}\n", row.size, time->median * 1e3,
                                 time->lower * 1e3, time->upper * 1e3);
            }
        }
    }
    std::string text;
    for (const auto& [name, lines] : blocks) {
        text += text::format("# {}\n{}\n\n", name, lines);
    }
    return text;
}

/// NAME = 'a b c', gnuplot's list of words.
std::string words(const std::string& name, const std::vector<std::string>& list) {
    return text::format("{} = '{}'\n", name, joined(list, " "));
}

std::vector<std::string> distinct(const Results& results, const std::string& work,
                                  std::string (*value)(const Results::Row&)) {
    std::vector<std::string> list;
    for (const Results::Row& row : results.rows()) {
        if (row.work == work && !std::ranges::contains(list, value(row))) {
            list.push_back(value(row));
        }
    }
    return list;
}

} // namespace

void write_plot_data(const Results& results, const MachineFacts& machine,
                     const std::filesystem::path& folder) {
    const auto subject = [](const Results::Row& row) { return row.subject; };
    const auto size = [](const Results::Row& row) { return std::to_string(row.size); };
    write_file(folder / "results.dat", blocks(results));
    write_file(folder / "run.gp", text::format("caption = '{}'\n", machine.caption()) +
                                      words("exporters", distinct(results, "buffer", subject)) +
                                      words("importers", distinct(results, "import", subject)) +
                                      words("drivers", distinct(results, "device", subject)) +
                                      words("attachers", distinct(results, "sync-4", subject)) +
                                      words("ways", distinct(results, "frame", subject)) +
                                      words("sides", distinct(results, "frame", size)));
}

} // namespace parallax::bench
