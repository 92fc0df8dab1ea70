// SPDX-License-Identifier: MIT
#include "parallax/kms/card_answers.hpp"

#include "parallax/kms/handles.hpp"
#include "parallax/system_call.hpp"

#include <span>

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

} // namespace parallax::kms
