// SPDX-License-Identifier: MIT
#include "who/listing.hpp"

#include "report/wrapped.hpp"

#include "parallax/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>
#include <string_view>
#include <utility>

namespace parallax::demo::who {
namespace {

constexpr std::string_view unknown = "unknown";

std::string counted(std::uint64_t count, std::string_view what) {
    return text::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

/// "weston (812), alice: 2 fds, 1 mapping"
std::string holder_text(const Holder& holder) {
    std::string text = text::format("{} ({}), {}", holder.process, holder.pid, holder.user);
    const char* separator = ": ";
    for (const auto& [count, what] :
         {std::pair(holder.fds, "fd"), std::pair(holder.mappings, "mapping"),
          std::pair(holder.path_fds, "O_PATH fd")}) {
        if (count > 0) {
            text += separator + counted(count, what);
            separator = ", ";
        }
    }
    return text;
}

/// Lines below a buffer's, the first of which says what they are.
class Details {
public:
    Details(std::string& text, std::size_t width) : text_(text), width_(width) {}

    void add(std::string_view title, const std::string& line) {
        const bool again = title == std::exchange(last_, title);
        text_ += wrapped(text::format("          {:<10}", again ? "" : title), line, width_);
    }

private:
    std::string& text_;
    std::size_t width_;
    std::string_view last_;
};

void add_buffer(std::string& text, const Buffer& buffer, const Snapshot& snapshot,
                std::size_t width) {
    text += text::format("{:>7} {:>11}  {:<20}  {}\n", buffer.inode,
                         (buffer.size_is_least ? ">= " : "") + size_text(buffer.size),
                         buffer.exporter.empty() ? unknown : buffer.exporter,
                         buffer.name.empty() ? "-" : buffer.name);
    Details details(text, width);
    for (const Holder& holder : buffer.holders) {
        details.add("held by", holder_text(holder));
    }
    for (const std::string& device : buffer.devices) {
        details.add("device", device);
    }
    for (const Fence& fence : buffer.fences) {
        details.add("fence", text::format("{}: {}", fence.usage, fence.text));
    }
    if (const std::uint64_t others = buffer.other_references(); others > 0) {
        details.add(buffer.holders.empty() ? "held by" : "also by",
                    counted(others, "reference") +
                        (snapshot.has_bufinfo && snapshot.missing.empty()
                             ? " of the kernel: devices, messages in sockets"
                             : " of processes not seen or of the kernel"));
    }
}

void add_totals(std::string& text, const Totals& totals) {
    text += text::format("\n  {:<40} {:>8} {:>11}\n", "exporter", "dma-bufs", "size");
    for (const ExporterTotal& total : totals.exporters) {
        text += text::format("  {:<40} {:>8} {:>11}\n",
                             total.exporter.empty() ? unknown : total.exporter, total.sum.buffers,
                             size_text(total.sum.size));
    }
    if (totals.processes.empty()) {
        return;
    }
    text += text::format("\n  {:<27} {:<12} {:>8} {:>11} {:>11}\n", "process", "user", "dma-bufs",
                         "size", "alone");
    for (const ProcessTotal& total : totals.processes) {
        text += text::format("  {:<27} {:<12.12} {:>8} {:>11} {:>11}\n",
                             text::format("{} ({})", total.process.process, total.process.pid),
                             total.process.user, total.sum.buffers, size_text(total.sum.size),
                             size_text(total.alone));
    }
}

/// The element of @p all whose @p field is @p value, added if there is none.
template <typename Total, typename Field, typename Value>
Total& total_for(std::vector<Total>& all, Field field, const Value& value, Total fresh) {
    const auto known = std::ranges::find(all, value, field);
    return known != all.end() ? *known : all.emplace_back(std::move(fresh));
}

void add_to(Sum& sum, std::uint64_t size) {
    ++sum.buffers;
    sum.size += size;
}

/// "+3", "-8.0 MiB"
template <typename Number, typename Write>
std::string change(Number before, Number now, const Write& write) {
    return (now < before ? "-" : "+") + write(now < before ? before - now : now - before);
}

nlohmann::ordered_json or_null(const std::string& text) {
    return text.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(text);
}

nlohmann::ordered_json json_of(const Buffer& buffer, bool has_bufinfo) {
    nlohmann::ordered_json json{{"inode", buffer.inode},
                                {"size", buffer.size},
                                {"size_is_least", buffer.size_is_least},
                                {"exporter", or_null(buffer.exporter)},
                                {"name", or_null(buffer.name)},
                                {"references", nullptr},
                                {"other_references", nullptr},
                                {"holders", nlohmann::ordered_json::array()},
                                {"devices", nullptr},
                                {"fences", nullptr}};
    if (buffer.references) {
        json["references"] = *buffer.references;
        json["other_references"] = buffer.other_references();
    }
    for (const Holder& holder : buffer.holders) {
        json["holders"].push_back({{"pid", holder.pid},
                                   {"process", holder.process},
                                   {"user", holder.user},
                                   {"fds", holder.fds},
                                   {"mappings", holder.mappings},
                                   {"path_fds", holder.path_fds}});
    }
    if (has_bufinfo) {
        json["devices"] = buffer.devices;
        json["fences"] = nlohmann::ordered_json::array();
        for (const Fence& fence : buffer.fences) {
            json["fences"].push_back(
                {{"usage", fence.usage}, {"signalled", fence.signalled}, {"text", fence.text}});
        }
    }
    return json;
}

} // namespace

Totals totals_of(const Snapshot& snapshot) {
    Totals totals;
    for (const Buffer& buffer : snapshot.buffers) {
        add_to(totals.sum, buffer.size);
        add_to(total_for(totals.exporters, &ExporterTotal::exporter, buffer.exporter,
                         {.exporter = buffer.exporter})
                   .sum,
               buffer.size);
        for (const Holder& holder : buffer.holders) {
            const auto pid = [](const ProcessTotal& total) { return total.process.pid; };
            ProcessTotal& total = total_for(
                totals.processes, pid, holder.pid,
                {.process = {.pid = holder.pid, .process = holder.process, .user = holder.user}});
            add_to(total.sum, buffer.size);
            total.process.fds += holder.fds;
            total.process.mappings += holder.mappings;
            total.process.path_fds += holder.path_fds;
            total.alone += buffer.holders.size() == 1 ? buffer.size : 0;
        }
    }
    const auto size = [](const auto& total) { return total.sum.size; };
    std::ranges::stable_sort(totals.exporters, std::greater(), size);
    std::ranges::stable_sort(totals.processes, std::greater(), size);
    return totals;
}

std::string size_text(std::uint64_t bytes) {
    constexpr std::uint64_t kib = 1024;
    constexpr std::uint64_t mib = kib * kib;
    if (bytes >= mib) {
        return text::format("{:.1f} MiB", static_cast<double>(bytes) / mib);
    }
    return text::format("{} KiB", (bytes + kib - 1) / kib);
}

std::string text_of(const Snapshot& snapshot, std::size_t width, const Sum* since) {
    const Totals totals = totals_of(snapshot);
    std::string text = counted(totals.sum.buffers, "dma-buf") + ", " + size_text(totals.sum.size);
    if (since != nullptr) {
        text += text::format(
            " (since the start: {}, {})",
            change(since->buffers, totals.sum.buffers, [](auto n) { return std::to_string(n); }),
            change(since->size, totals.sum.size, size_text));
    }
    text += '\n';
    if (!snapshot.buffers.empty()) {
        text += text::format("\n{:>7} {:>11}  {:<20}  {}\n", "inode", "size", "exporter", "name");
        for (const Buffer& buffer : snapshot.buffers) {
            add_buffer(text, buffer, snapshot, width);
        }
        add_totals(text, totals);
    }
    std::string missing;
    for (const std::string& reason : snapshot.missing) {
        missing += (missing.empty() ? "" : "; ") + reason;
    }
    return missing.empty() ? text : text + "\n" + wrapped("not seen: ", missing, width);
}

std::string screen_of(std::string_view text, std::size_t rows) {
    std::string screen = "\x1b[H";
    for (std::size_t row = 1; row < rows && !text.empty(); ++row) {
        const std::size_t end = std::min(text.find('\n'), text.size() - 1);
        screen += text::format("{}\x1b[K\n", text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    return screen + "\x1b[J" + (text.empty() ? "" : "...");
}

nlohmann::ordered_json json_of(const Snapshot& snapshot) {
    const Totals totals = totals_of(snapshot);
    nlohmann::ordered_json json{{"dma_bufs", totals.sum.buffers},
                                {"size", totals.sum.size},
                                {"buffers", nlohmann::ordered_json::array()},
                                {"exporters", nlohmann::ordered_json::array()},
                                {"processes", nlohmann::ordered_json::array()},
                                {"not_seen", snapshot.missing}};
    for (const Buffer& buffer : snapshot.buffers) {
        json["buffers"].push_back(json_of(buffer, snapshot.has_bufinfo));
    }
    for (const ExporterTotal& total : totals.exporters) {
        json["exporters"].push_back({{"exporter", or_null(total.exporter)},
                                     {"dma_bufs", total.sum.buffers},
                                     {"size", total.sum.size}});
    }
    for (const ProcessTotal& total : totals.processes) {
        json["processes"].push_back({{"pid", total.process.pid},
                                     {"process", total.process.process},
                                     {"user", total.process.user},
                                     {"dma_bufs", total.sum.buffers},
                                     {"size", total.sum.size},
                                     {"alone", total.alone}});
    }
    return json;
}

} // namespace parallax::demo::who
