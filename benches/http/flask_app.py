from flask import Flask
from flask_healthz import healthz


def probe():
    pass


app = Flask(__name__)
app.register_blueprint(healthz, url_prefix="/healthz")
app.config.update(HEALTHZ={"probe": "flask_app.probe"})
