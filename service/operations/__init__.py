"""What whoever runs the service needs: health, figures, the log, and what is deleted when."""
