// SPDX-License-Identifier: MIT
#include "parallax/kms/card_answers.hpp"

#include "parallax/kms/handles.hpp"
#include "parallax/printable.hpp"
#include "parallax/system_call.hpp"

#include <fcntl.h>

#include <algorithm>
#include <filesystem>
#include <span>
#include <system_error>

namespace parallax::kms {
namespace {

ConnectorAnswer ask_connector(const Card& card, const drmModeConnector& connector) {
    ConnectorAnswer answer{
        .id = connector.connector_id,
        .name = connector_name(connector),
        .connection = connector.connection,
        .modes = {connector.modes, connector.modes + connector.count_modes},
    };
    for (const std::uint32_t id :
         std::span(connector.encoders, static_cast<std::size_t>(connector.count_encoders))) {
        if (const EncoderPtr encoder(drmModeGetEncoder(card.fd(), id)); encoder) {
            answer.possible_crtcs |= encoder->possible_crtcs;
        }
    }
    return answer;
}

} // namespace

CardAnswers ask_card(const Card& card) {
    const ResourcesPtr resources(drmModeGetResources(card.fd()));
    const PlaneResourcesPtr planes(drmModeGetPlaneResources(card.fd()));
    if (!resources || !planes) {
        throw_errno(card.driver() + " does not tell what it drives");
    }
    CardAnswers answers{
        .driver = card.driver(),
        .connectors = {},
        .crtcs = {resources->crtcs, resources->crtcs + resources->count_crtcs},
        .planes = {},
        .state = {},
    };
    for (const std::uint32_t id :
         std::span(resources->connectors, static_cast<std::size_t>(resources->count_connectors))) {
        const ConnectorPtr connector(drmModeGetConnector(card.fd(), id));
        if (connector && connector->connector_type != DRM_MODE_CONNECTOR_WRITEBACK) {
            answers.connectors.push_back(ask_connector(card, *connector));
        }
    }
    for (const std::uint32_t id : std::span(planes->planes, planes->count_planes)) {
        if (const PlanePtr plane(drmModeGetPlane(card.fd(), id)); plane) {
            answers.planes.push_back(
                {.id = id,
                 .possible_crtcs = plane->possible_crtcs,
                 .formats = {plane->formats, plane->formats + plane->count_formats}});
        }
    }
    answers.state = DisplayState::read(card);
    return answers;
}

std::vector<std::string> card_nodes() {
    std::vector<std::string> paths;
    std::error_code none; // without the folder there is no card
    for (const auto& entry : std::filesystem::directory_iterator("/dev/dri", none)) {
        if (entry.path().filename().string().starts_with("card")) {
            paths.push_back(entry.path().string());
        }
    }
    std::ranges::sort(paths);
    return paths;
}

std::vector<std::string> card_drivers() {
    std::vector<std::string> drivers;
    for (const std::string& path : card_nodes()) {
        const UniqueFd fd(::open(path.c_str(), O_RDWR | O_CLOEXEC));
        const VersionPtr version(fd ? drmGetVersion(fd.get()) : nullptr);
        drivers.push_back(version ? printable(version->name) : std::string());
    }
    return drivers;
}

} // namespace parallax::kms
