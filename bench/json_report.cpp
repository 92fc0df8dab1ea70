// SPDX-License-Identifier: MIT
#include "reports.hpp"

#include "statistics.hpp"

#include <nlohmann/json.hpp>

namespace parallax::bench {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const std::vector<Goal>& goals) {
    Json json = Json::array();
    for (const Goal& goal : goals) {
        json.push_back({{"work", goal.work},
                        {"wanted", goal.wanted},
                        {"measured", goal.measured},
                        {"judgement", to_text(goal.judgement)}});
    }
    return json;
}

Json to_json(const Results::Row& row) {
    Json steps = Json::object();
    for (const std::string& step : row.steps) {
        const Summary time = summarise(row.seconds.at(step));
        steps[step] = {{"lower", time.lower}, {"median", time.median}, {"upper", time.upper}};
    }
    return {{"work", row.work},
            {"subject", row.subject},
            {"size", row.size},
            {"copied_bytes", row.copied},
            {"seconds", steps}};
}

} // namespace

std::string json_report(const Results& results, const MachineFacts& machine,
                        const std::string& command, const std::vector<std::string>& left_out) {
    Json json;
    for (const auto& [name, value] : machine.rows()) {
        json["machine"][name] = value;
    }
    json["repeat"] = command;
    json["left_out"] = left_out;
    json["goals"] = to_json(judge_goals(results));
    json["results"] = Json::array();
    for (const Results::Row& row : results.rows()) {
        json["results"].push_back(to_json(row));
    }
    return json.dump(2);
}

std::string json_report(const Counts& counts, const std::string& kernel,
                        const std::vector<Goal>& goals, const std::vector<Growth>& grown) {
    Json json{{"kernel", kernel}, {"instructions", counts}, {"goals", to_json(goals)}};
    json["grew"] = Json::array();
    for (const Growth& growth : grown) {
        json["grew"].push_back(
            {{"what", growth.what}, {"before", growth.before}, {"now", growth.now}});
    }
    return json.dump(2);
}

std::string json_names(const Cases& cases) {
    Json names = Json::array();
    for (const Case& one : cases) {
        names.push_back(one.name());
    }
    return names.dump(2);
}

} // namespace parallax::bench
