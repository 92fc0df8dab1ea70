// SPDX-License-Identifier: MIT
#include "kept_counts.hpp"

#include "parallax/read_file.hpp"

#include <nlohmann/json.hpp>

#include <format>
#include <stdexcept>

namespace parallax::bench {
namespace {

constexpr std::size_t largest_file = std::size_t{16} << 20;
constexpr double tolerated_growth = 1.1;

/// @p what is named in the error if it is none.
void require_object(const nlohmann::json& json, std::string_view what) {
    if (!json.is_object()) {
        throw std::runtime_error(std::format("{} is no object but {}", what, json.type_name()));
    }
}

/// Asked one by one: JSON's library would turn any number into one without a sign.
Counts to_counts(const nlohmann::json& json, const std::string& kernel) {
    Counts counts;
    require_object(json, kernel);
    for (const auto& [name, steps] : json.items()) {
        require_object(steps, std::format("{}: {}", kernel, name));
        for (const auto& [step, count] : steps.items()) {
            if (!count.is_number_unsigned()) {
                throw std::runtime_error(
                    std::format("{}: {} {} is no number of instructions", kernel, name, step));
            }
            counts[name][step] = count.get<std::uint64_t>();
        }
    }
    return counts;
}

} // namespace

KeptCounts KeptCounts::parse(std::string_view json, const std::string& name) try {
    KeptCounts kept;
    const nlohmann::json all = nlohmann::json::parse(json);
    require_object(all, "the whole");
    for (const auto& [kernel, counts] : all.items()) {
        kept.kernels_[kernel] = to_counts(counts, kernel);
    }
    return kept;
} catch (const std::runtime_error& error) {
    throw std::runtime_error(std::format("{} has no counted costs: {}", name, error.what()));
} catch (const nlohmann::json::exception& error) {
    throw std::runtime_error(std::format("{} is no JSON: {}", name, error.what()));
}

KeptCounts KeptCounts::load(const std::filesystem::path& file) {
    return parse(read_file(file, largest_file), file.string());
}

const Counts* KeptCounts::find(const std::string& kernel) const {
    const auto found = kernels_.find(kernel);
    return found == kernels_.end() ? nullptr : &found->second;
}

std::string KeptCounts::text() const {
    return nlohmann::json(kernels_).dump(2) + "\n";
}

std::vector<Growth> find_growth(const Counts& before, const Counts& now) {
    std::vector<Growth> grown;
    for (const auto& [name, steps] : now) {
        for (const auto& [step, count] : steps) {
            const auto known = before.find(name);
            const bool missing = known == before.end() || !known->second.contains(step);
            const std::uint64_t then = missing ? 0 : known->second.at(step);
            if (static_cast<double>(count) > tolerated_growth * static_cast<double>(then)) {
                grown.push_back({std::format("{} {}", name, step), then, count});
            }
        }
    }
    return grown;
}

} // namespace parallax::bench
