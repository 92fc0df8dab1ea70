// SPDX-License-Identifier: MIT
#include "baseline.hpp"

#include "files/read_file.hpp"
#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <nlohmann/json.hpp>

#include <stdexcept>

namespace parallax::bench {
namespace {

constexpr std::size_t largest_file = std::size_t{16} << 20;
constexpr double tolerated_growth = 1.1;

/// @param what names the value in the error.
void require_object(const nlohmann::json& json, std::string_view what) {
    if (!json.is_object()) {
        throw std::runtime_error(
            text::format("{} is not an object but {}", what, json.type_name()));
    }
}

/// Checked explicitly: the JSON library would convert any number to an unsigned one.
Counts to_counts(const nlohmann::json& json, const std::string& kernel) {
    Counts counts;
    require_object(json, kernel);
    for (const auto& [name, steps] : json.items()) {
        require_object(steps, text::format("{}: {}", kernel, name));
        for (const auto& [step, count] : steps.items()) {
            if (!count.is_number_unsigned()) {
                throw std::runtime_error(
                    text::format("{}: {} {} is not a number of instructions", kernel, name, step));
            }
            counts[name][step] = count.get<std::uint64_t>();
        }
    }
    return counts;
}

} // namespace

Baseline Baseline::parse(std::string_view json, const std::string& name) try {
    Baseline baseline;
    const nlohmann::json all = nlohmann::json::parse(json);
    require_object(all, "the whole");
    for (const auto& [kernel, counts] : all.items()) {
        baseline.kernels_[kernel] = to_counts(counts, kernel);
    }
    return baseline;
} catch (const std::runtime_error& error) {
    throw std::runtime_error(
        printable(text::format("{} has no counted costs: {}", name, error.what())));
} catch (const nlohmann::json::exception& error) {
    throw std::runtime_error(printable(text::format("{} is no JSON: {}", name, error.what())));
}

Baseline Baseline::load(const std::filesystem::path& file) {
    return parse(read_file(file, largest_file), file.string());
}

const Counts* Baseline::find(const std::string& kernel) const {
    const auto found = kernels_.find(kernel);
    return found == kernels_.end() ? nullptr : &found->second;
}

void Baseline::update(const std::string& kernel, const Counts& some) {
    for (const auto& [name, steps] : some) {
        kernels_[kernel][name] = steps;
    }
}

std::string Baseline::text() const {
    using Json = nlohmann::json;
    std::string text;
    for (const auto& [kernel, counts] : kernels_) {
        std::string cases;
        for (const auto& [name, steps] : counts) {
            append(cases, text::format("    {}: {}", Json(name).dump(), Json(steps).dump()), ",\n");
        }
        append(text, text::format("  {}: {{\n{}\n  }}", Json(kernel).dump(), cases), ",\n");
    }
    return text::format("{{\n{}\n}}\n", text);
}

std::vector<Growth> find_growth(const Counts& before, const Counts& now) {
    std::vector<Growth> grown;
    for (const auto& [name, steps] : now) {
        for (const auto& [step, count] : steps) {
            const auto known = before.find(name);
            const bool missing = known == before.end() || !known->second.contains(step);
            const std::uint64_t then = missing ? 0 : known->second.at(step);
            if (static_cast<double>(count) > tolerated_growth * static_cast<double>(then)) {
                grown.push_back({text::format("{} {}", name, step), then, count});
            }
        }
    }
    return grown;
}

} // namespace parallax::bench
