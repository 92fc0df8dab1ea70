// SPDX-License-Identifier: MIT
#include "reports.hpp"

#include "peers.hpp"
#include "source.hpp"

#include "parallax/text.hpp"

#include <algorithm>
#include <functional>
#include <set>

namespace parallax::bench {
namespace {

/// Three digits, or all before the decimal point if these are more.
std::string digits(double value) {
    return text::format("{:.{}f}", value, value < 10 ? 2 : value < 100 ? 1 : 0);
}

std::string time_text(const Summary& time) {
    const auto [unit, factor] = time.upper < 1e-3 ? std::pair{"us", 1e6} : std::pair{"ms", 1e3};
    if (time.lower <= 0) { // only noise is left after a subtraction
        return text::format("under {} {}", digits(time.upper * factor), unit);
    }
    return text::format("{} ±{} {}", digits(time.median * factor),
                        digits((time.upper - time.lower) / 2 * factor), unit);
}

/// A column of a table: its title, and the steps whose time it shows.
struct Column {
    std::string title;
    std::string work;
    std::vector<std::string> steps;
    bool copied = false; ///< shows the bytes that were copied instead of a time
};

/// Each subject's time, and its ratio to that of @p reference.
std::string cell(const Results& results, const Column& column, const std::string& subject,
                 const std::string& reference, std::uint64_t size) {
    const Results::Row* const row = results.find(column.work, subject, size);
    const auto time = row == nullptr ? std::nullopt : sum_of(*row, column.steps);
    if (!time) {
        return "-";
    }
    if (column.copied) {
        return row->copied == 0 ? "0" : short_size(row->copied);
    }
    const Results::Row* const other = results.find(column.work, reference, size);
    const auto ours = other == nullptr ? std::nullopt : sum_of(*other, column.steps);
    if (!ours || subject == reference) {
        return time_text(*time);
    }
    return text::format("{}, {}", time_text(*time), ratio(*time, *ours).text());
}

std::vector<std::string> subjects_of(const Results& results, const std::string& work) {
    std::vector<std::string> names;
    for (const Results::Row& row : results.rows()) {
        if (row.work == work && !std::ranges::contains(names, row.subject)) {
            names.push_back(row.subject);
        }
    }
    return names;
}

std::set<std::uint64_t> sizes_of(const Results& results, const std::string& work) {
    std::set<std::uint64_t> sizes;
    for (const Results::Row& row : results.rows()) {
        if (row.work == work) {
            sizes.insert(row.size);
        }
    }
    return sizes;
}

std::string table(const Results& results, const std::vector<Column>& columns,
                  const std::vector<std::string>& subjects, const std::string& reference,
                  std::uint64_t size) {
    std::string header = "| |";
    std::string line = "|---|";
    for (const Column& column : columns) {
        header += text::format(" {} |", column.title);
        line += "---|";
    }
    std::string text = header + "\n" + line + "\n";
    for (const std::string& subject : subjects) {
        text += text::format("| {} |", subject);
        for (const Column& column : columns) {
            text += text::format(" {} |", cell(results, column, subject, reference, size));
        }
        text += "\n";
    }
    return text;
}

std::string goals_table(const Results& results) {
    std::string text;
    for (const Goal& goal : judge_goals(results)) {
        text += text::format("| {} | {} | {} | {} |\n", goal.work, goal.wanted, goal.measured,
                             to_text(goal.judgement));
    }
    return text.empty()
               ? text
               : "## Goals\n\n| work | goal | measured | |\n|---|---|---|---|\n" + text + "\n";
}

std::string exporter_tables(const Results& results) {
    const std::vector<Column> columns{
        {"allocate", "buffer", {"allocate"}},
        {"map, first touch", "buffer", {"map", "first touch", "-touch again"}},
        {"unmap, close", "buffer", {"unmap", "close"}},
        {"SYNC, 0 attached", "sync-0", {}},
        {"SYNC, 4 attached", "sync-4", {}},
        {"device attaches", "device", {"attach"}},
        {"Vulkan import, first read", "import", {"import", "first read"}},
    };
    std::string text;
    for (const std::uint64_t size : sizes_of(results, "buffer")) {
        text += text::format(
            "### {}\n\n{}\n", short_size(size),
            table(results, columns, subjects_of(results, "buffer"), source_name::ours, size));
    }
    return text.empty() ? text : "## Exporters\n\n" + text;
}

std::string bandwidth_tables(const Results& results) {
    const std::vector<Column> columns{{"write", "bandwidth", {"write"}},
                                      {"read", "bandwidth", {"read"}}};
    std::string text;
    for (const std::uint64_t size : sizes_of(results, "bandwidth")) {
        text += text::format(
            "### {}\n\n{}\n", short_size(size),
            table(results, columns, subjects_of(results, "bandwidth"), "anonymous", size));
    }
    return text.empty() ? text : "## CPU access through the mapping\n\n" + text;
}

std::string frame_tables(const Results& results) {
    constexpr auto reference = "import-exporter";
    const std::vector<Column> columns{
        {"a whole frame", "frame", {}},    {"CPU write", "frame", {"write"}},
        {"upload", "frame", {"upload"}},   {"draw", "frame", {"draw"}},
        {"submit", "frame", {"submit"}},   {"copied", "frame", {}, true},
        {"10 % changed", "frame-10%", {}}, {"1 % changed", "frame-1%", {}},
    };
    std::string text;
    for (const std::uint64_t side : sizes_of(results, "frame")) {
        text +=
            text::format("### {0}x{0}\n\n{1}\n", side,
                         table(results, columns, subjects_of(results, "frame"), reference, side));
    }
    return text.empty() ? text : "## Frames\n\n" + text;
}

} // namespace

std::string summary(const Results& results, const MachineFacts& machine, const std::string& command,
                    bool coloured) {
    std::string text = "# Measured\n\n";
    for (const auto& [name, value] : machine.rows()) {
        text += text::format("- {}: {}\n", name, value);
    }
    text += text::format("- to repeat: `{}`\n\n", command);
    text += "Times are medians ± half the distance of the quartiles. A factor says how many times "
            "as long as the first row of its kind (for CPU access: anonymous memory) it took; "
            "\"draw\" means that the quartiles overlap.\n\n";
    if (const std::string peers = peers_table(results, coloured); !peers.empty()) {
        text += "## Against the kernel's own exporters\n\nHow many times as long each step takes "
                "with the others.\n\n" +
                peers + "\n";
    }
    return text + goals_table(results) + exporter_tables(results) + bandwidth_tables(results) +
           frame_tables(results);
}

} // namespace parallax::bench
